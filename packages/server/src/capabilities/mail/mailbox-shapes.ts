import { createHash } from 'node:crypto'
import { html, raw } from 'hono/html'
import type { KeptMail } from './mailbox.ts'

const style = `
:root { color-scheme: light dark; --line: #8884; --quiet: #888 }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 56rem; margin: 0 auto; padding: 2rem 1rem }
h1 { font-size: 1.4rem; margin: 0 0 .25rem }
a { color: inherit }
ul { list-style: none; margin: 1.5rem 0; padding: 0; border-top: 1px solid var(--line) }
li a { display: grid; grid-template-columns: 1fr auto; gap: 0 1rem; padding: .75rem .25rem; border-bottom: 1px solid var(--line); text-decoration: none }
li a:hover, li a:focus-visible { background: #8881 }
strong { font-weight: 600; overflow-wrap: anywhere }
small, .quiet { color: var(--quiet) }
dl { display: grid; grid-template-columns: auto 1fr; gap: .25rem 1rem; margin: 1rem 0 }
dt { color: var(--quiet) }
dd { margin: 0; overflow-wrap: anywhere }
iframe { width: 100%; height: 46rem; border: 1px solid var(--line); border-radius: .5rem; background: Canvas }
pre { white-space: pre-wrap; overflow-wrap: anywhere; padding: 1rem; border: 1px solid var(--line); border-radius: .5rem }
`

/** One style, and messages of this server in frames of their own; no script, nothing from elsewhere. */
export const pagePolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  "frame-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const when = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`

export function listPage(mails: readonly KeptMail[], base: string) {
  const items = mails.map(
    ({ id, subject, to, createdAt }) =>
      html`<li><a href="${base}/dev/mail/${id}"><strong>${subject}</strong><small>${when(createdAt)}</small><span class="quiet">${to}</span></a></li>`,
  )
  return frame(
    'Mail',
    html`<h1>Mail</h1>
<p class="quiet">No mail server is set, so that messages stay here. GATEHOUSE_MAIL_URL sends them.</p>
${items.length === 0 ? html`<p>No messages yet.</p>` : html`<ul>${items}</ul>`}`,
  )
}

export function messagePage(
  { id, subject, to, message, language, createdAt, links, text }: KeptMail,
  base: string,
) {
  const leads = links.map(
    (link) => html`<dt>Link</dt><dd><a href="${link}" rel="noreferrer">${link}</a></dd>`,
  )
  return frame(
    subject,
    html`<p><a href="${base}/dev/mail">All messages</a></p>
<h1>${subject}</h1>
<dl>
<dt>To</dt><dd>${to}</dd>
<dt>Time</dt><dd>${when(createdAt)}</dd>
<dt>Message</dt><dd>${message} (${language})</dd>
${leads}
</dl>
<iframe src="${base}/dev/mail/${id}/html" title="The message in HTML" sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>
<h2>Plain text</h2>
<pre dir="auto">${text}</pre>`,
  )
}

function frame(title: string, body: ReturnType<typeof html>) {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${raw(style)}</style>
</head>
<body>
${body}
</body>
</html>
`
}
