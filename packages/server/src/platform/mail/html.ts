import { escapeHtml as e } from './escape.ts'
import type { Letter } from './letter.ts'

/**
 * The middle of a message. Programs for mail know little of CSS, so what matters stands in attributes and tables; classes
 * only change colors in the dark and sizes on a phone.
 */
export function contentOf({ heading, before, button, code, facts, after, direction }: Letter): string {
  return [
    `<h1 class="ink" style="${styles.heading}">${e(heading)}</h1>`,
    ...before.map(paragraph),
    button === undefined ? '' : buttonOf(button),
    code === undefined ? '' : codeOf(code),
    facts.length === 0 ? '' : factsOf(facts, direction),
    ...after.map(paragraph),
    button === undefined ? '' : byHand(button),
  ]
    .filter((part) => part !== '')
    .join('\n')
}

const sans = "-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
const mono = "ui-monospace,SFMono-Regular,Menlo,Consolas,'Courier New',monospace"

const styles = {
  heading: `margin:0 0 20px;font:600 24px/1.3 ${sans};color:#111827`,
  paragraph: `margin:0 0 16px;font:400 16px/1.6 ${sans};color:#374151`,
  button: `display:inline-block;padding:14px 28px;font:600 16px/1.25 ${sans};color:#ffffff;text-decoration:none;border-radius:8px;background:#1d4ed8`,
  label: `margin:0 0 8px;font:400 14px/1.5 ${sans};color:#6b7280`,
  digits: `margin:0;font:600 30px/1.2 ${mono};letter-spacing:6px;color:#111827`,
  small: `margin:0 0 6px;font:400 13px/1.5 ${sans};color:#6b7280`,
} as const

const paragraph = (text: string): string => `<p class="text" style="${styles.paragraph}">${e(text)}</p>`

/** A table cell, since some programs pad no links. */
function buttonOf({ label, link }: NonNullable<Letter['button']>): string {
  return `<table class="action" role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin:24px 0"><tr><td class="button" bgcolor="#1d4ed8" style="border-radius:8px"><a class="button" href="${e(link)}" style="${styles.button}">${e(label)}</a></td></tr></table>`
}

function codeOf({ label, digits }: NonNullable<Letter['code']>): string {
  return `<p class="quiet" style="${styles.label}">${e(label)}</p>
<table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin:0 0 24px"><tr><td class="box" bgcolor="#f3f4f6" style="padding:14px 16px 14px 22px;border-radius:8px"><p class="ink digits" dir="ltr" style="${styles.digits}">${e(digits)}</p></td></tr></table>`
}

function factsOf(facts: Letter['facts'], direction: Letter['direction']): string {
  const rows = facts.map(
    ({ label, value }) =>
      `<p class="quiet" style="${styles.small};margin:0">${e(label)}</p><p class="ink" style="margin:0 0 12px;font:400 16px/1.5 ${sans};color:#111827"><bdi>${e(value)}</bdi></p>`,
  )
  return `<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="margin:8px 0 24px"><tr><td class="box" dir="${direction}" bgcolor="#f3f4f6" style="padding:18px 22px 6px;border-radius:8px">${rows.join('\n')}</td></tr></table>`
}

function byHand({ link, byHand }: NonNullable<Letter['button']>): string {
  return `<p class="quiet" style="${styles.small};margin-top:28px">${e(byHand)}</p>
<p class="quiet" dir="ltr" style="${styles.small};margin:0;word-break:break-all"><a class="link" href="${e(link)}" style="color:#1d4ed8;text-decoration:underline">${e(link)}</a></p>`
}

/**
 * The frame of every message, with places to fill. It loads nothing: no picture, no font, no style from elsewhere, so that
 * no reader is counted. A folder of templates may replace it.
 */
export const layout = `<!doctype html>
<html lang="{{language}}" dir="{{direction}}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no,date=no,address=no,email=no,url=no">
<title>{{subject}}</title>
<style>
:root { color-scheme: light dark; supported-color-schemes: light dark }
@media (max-width: 480px) {
  .page { padding: 0 !important }
  .card { border-radius: 0 !important; border-width: 0 0 1px !important; padding: 28px 20px 24px !important }
  .action { width: 100% !important }
  a.button { display: block !important; text-align: center !important }
  .brand { padding-top: 20px !important }
  .brand, .footer { padding-left: 20px !important; padding-right: 20px !important }
}
@media (prefers-color-scheme: dark) {
  .page { background: #0b0f17 !important }
  .card { background: #151b26 !important; border-color: #263041 !important }
  .ink, .brand { color: #f3f4f6 !important }
  .text { color: #d1d5db !important }
  .quiet, .footer { color: #9ca3af !important }
  .box { background: #1f2937 !important }
  .button { background: #2563eb !important; color: #ffffff !important }
  .link { color: #93c5fd !important }
}
</style>
</head>
<body class="page" dir="{{direction}}" style="margin:0;padding:0;background:#f3f4f6;-webkit-text-size-adjust:100%">
<div style="display:none;max-height:0;overflow:hidden;mso-hide:all">{{preview}}</div>
<table class="page" role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" bgcolor="#f3f4f6" style="padding:32px 12px">
<tr><td align="center">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:560px">
<tr><td class="brand" style="padding:8px 8px 16px;font:600 16px/1.4 ${sans};color:#111827">{{app}}</td></tr>
<tr><td class="card" dir="{{direction}}" bgcolor="#ffffff" style="padding:36px 40px 32px;background:#ffffff;border:1px solid #e5e7eb;border-radius:12px">
{{content}}
</td></tr>
<tr><td class="footer" style="padding:20px 8px 8px;font:400 13px/1.5 ${sans};color:#6b7280">{{footer}}</td></tr>
</table>
</td></tr>
</table>
</body>
</html>
`
