import type { Look } from './appearance.ts'
import { ownForm } from './form.ts'
import { html, type Markup, nothing } from './markup.ts'

export interface Shell {
  readonly look: Look
  readonly title: string
  readonly main: Markup
}

/** A page with one thing to do, in the middle. */
export function entryPage({
  look,
  title,
  lead,
  main,
  after = nothing,
}: Shell & { readonly lead?: string | undefined; readonly after?: Markup }): Markup {
  return shell(
    look,
    title,
    html`<div class="entry">
${brand(look)}
<main id="main">
<div class="card">
<h1>${title}</h1>
${lead === undefined ? nothing : html`<p class="lead muted">${lead}</p>`}
${main}
</div>
${after}
</main>
</div>`,
  )
}

/** One of the pages on which people look after their account. */
export function accountPage({
  look,
  title,
  main,
  here,
  username,
  signOutToken,
}: Shell & { readonly here: string; readonly username: string; readonly signOutToken: string }): Markup {
  const { t, base } = look
  return shell(
    look,
    title,
    html`<header class="top"><div>${brand(look)}
<div class="who"><span class="muted small">${t('signed-in-as', { username })}</span>${ownForm({ look, token: signOutToken }, '/sign-out', html`<button class="quiet">${t('sign-out')}</button>`)}</div></div></header>
<div class="account">
<nav aria-label="${t('account.title')}"><ul>${look.sections.map(
      ({ path, label }) =>
        html`<li><a href="${base}${path}"${path === here ? html` aria-current="page"` : nothing}>${t(label)}</a></li>`,
    )}</ul></nav>
<main id="main">
<h1>${title}</h1>
${main}
</main>
</div>`,
  )
}

function shell({ t, base, lang, direction, application, assets }: Look, title: string, body: Markup): Markup {
  return html`<!doctype html>
<html lang="${lang}" dir="${direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · ${application}</title>
<link rel="stylesheet" href="${base}${assets.style}">
${assets.theme === undefined ? nothing : html`<link rel="stylesheet" href="${base}${assets.theme}">`}
<link rel="icon" href="${base}${assets.icon}">
</head>
<body>
<a class="skip" href="#main">${t('skip')}</a>
${body}
</body>
</html>
`
}

function brand({ base, application, assets }: Look): Markup {
  return html`<a class="brand" href="${base}/account">${
    assets.logo === undefined ? defaultLogo : html`<img src="${base}${assets.logo}" alt="">`
  }<span>${application}</span></a>`
}

/** A gate, in the theme's accent. */
const defaultLogo = html`<svg viewBox="0 0 32 32" aria-hidden="true" focusable="false"><rect width="32" height="32" rx="8" fill="var(--gh-accent)"/><path d="M8 25V15a8 8 0 0 1 16 0v10M13 25v-9.5M19 25v-9.5M8 19.5h16" fill="none" stroke="var(--gh-accent-text)" stroke-width="2.2" stroke-linecap="round"/></svg>`
