/**
 * The stylesheet of all pages. The custom properties at the top are documented in docs/guides/pages.md: a theme sets
 * them, and they stay.
 */
export const style = `
:root {
  color-scheme: light dark;
  --gh-accent: #3b4fd8;
  --gh-accent-text: #fff;
  --gh-background: #f4f5f8;
  --gh-surface: #fff;
  --gh-text: #171a21;
  --gh-muted: #596070;
  --gh-border: #d8dbe3;
  --gh-field-border: #868c9b;
  --gh-danger: #b3261e;
  --gh-danger-surface: #fdf0ef;
  --gh-success: #1b6e3c;
  --gh-success-surface: #ecf7f0;
  --gh-radius: 10px;
  --gh-font: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
  --gh-width: 25rem;
  --gh-logo-height: 2rem;
}
@media (prefers-color-scheme: dark) {
  :root {
    --gh-accent: #a3b0ff;
    --gh-accent-text: #10142e;
    --gh-background: #0f1116;
    --gh-surface: #181b22;
    --gh-text: #eceef4;
    --gh-muted: #a3a9b8;
    --gh-border: #2d323d;
    --gh-field-border: #7b8292;
    --gh-danger: #ffb4ab;
    --gh-danger-surface: #2f1a19;
    --gh-success: #84d6a0;
    --gh-success-surface: #14261b;
  }
}
*, *::before, *::after { box-sizing: border-box }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100% }
body {
  margin: 0; min-height: 100vh; min-height: 100dvh; display: flex; flex-direction: column;
  background: var(--gh-background); color: var(--gh-text);
  font: 1rem/1.5 var(--gh-font); overflow-wrap: anywhere;
}
a { color: var(--gh-accent); text-underline-offset: .18em }
h1 { font-size: 1.5rem; line-height: 1.25; letter-spacing: -.012em; margin: 0 0 .25rem; text-wrap: balance }
.entry h1 { margin-bottom: 1.25rem }
.entry h1:has(+ .lead) { margin-bottom: .25rem }
h2 { font-size: 1.0625rem; line-height: 1.35; margin: 0 0 .75rem }
p { margin: 0 0 1rem }
.muted { color: var(--gh-muted) }
.small { font-size: .875rem }
.skip { position: absolute; inset-inline-start: -100vw }
.skip:focus { inset-inline-start: 1rem; top: 1rem; padding: .5rem 1rem; background: var(--gh-surface); z-index: 1; border-radius: var(--gh-radius) }
.visually-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }

.brand { display: flex; align-items: center; gap: .6rem; font-weight: 650; color: inherit; text-decoration: none }
.brand img, .brand svg { height: var(--gh-logo-height); width: auto; max-width: 12rem; display: block }

.entry { flex: 1; display: flex; flex-direction: column; align-items: center; padding: 2rem 1rem }
.entry .brand { margin: 0 0 1.5rem }
.entry main { width: 100%; max-width: var(--gh-width) }
.entry footer { margin-top: auto; padding-top: 2rem }
.card { background: var(--gh-surface); border: 1px solid var(--gh-border); border-radius: calc(var(--gh-radius) + 4px); padding: 1.5rem; margin: 0 0 1rem }
.entry .card { padding: 2rem 1.75rem; box-shadow: 0 1px 2px #0000000d, 0 12px 32px -16px #00000026 }
@media (min-width: 30rem) { .entry { padding-top: clamp(2rem, 9vh, 6rem) } }
@media (max-width: 29.99rem) {
  .entry { padding-inline: 0; background: var(--gh-surface) }
  .entry .card { border: 0; box-shadow: none; padding: .5rem 1.25rem; background: none }
}
.after { text-align: center; margin: 1.25rem 0 0 }

form { margin: 0 }
.lead { margin-bottom: 1.25rem }
.field { margin: 0 0 1rem }
label, .label { display: block; font-weight: 550; font-size: .9375rem; margin-bottom: .3rem }
.label-row { display: flex; justify-content: space-between; gap: 1rem; align-items: baseline }
.label-row a { font-size: .875rem }
input, select, textarea {
  display: block; width: 100%; min-height: 2.75rem; padding: .55rem .75rem;
  font: inherit; color: inherit; background: var(--gh-surface);
  border: 1px solid var(--gh-field-border); border-radius: var(--gh-radius);
}
textarea { min-height: 6rem; resize: vertical }
input[type=checkbox], input[type=radio] { display: inline-block; width: 1.15rem; height: 1.15rem; min-height: 0; margin: 0; accent-color: var(--gh-accent); vertical-align: -.2rem }
input.code { font-size: 1.5rem; letter-spacing: .35em; text-align: center; font-variant-numeric: tabular-nums; padding-inline-start: calc(.75rem + .35em) }
:focus-visible { outline: 3px solid color-mix(in srgb, var(--gh-accent) 65%, transparent); outline-offset: 2px }
input:focus-visible, select:focus-visible, textarea:focus-visible { outline-offset: 0; border-color: var(--gh-accent) }
[aria-invalid=true] { border-color: var(--gh-danger); border-width: 2px }
.hint { color: var(--gh-muted); font-size: .875rem; margin: .3rem 0 0 }
.error { color: var(--gh-danger); font-size: .875rem; font-weight: 500; margin: .3rem 0 0 }

.button, button {
  display: inline-flex; align-items: center; justify-content: center; gap: .5rem; min-height: 2.75rem; padding: .55rem 1.1rem;
  font: inherit; font-weight: 600; text-decoration: none; text-align: center; cursor: pointer;
  color: var(--gh-accent-text); background: var(--gh-accent); border: 1px solid transparent; border-radius: var(--gh-radius);
}
.button:hover, button:hover { background: color-mix(in srgb, var(--gh-accent) 88%, var(--gh-text)) }
.button.quiet, button.quiet { color: var(--gh-text); background: var(--gh-surface); border-color: var(--gh-field-border) }
.button.quiet:hover, button.quiet:hover { background: color-mix(in srgb, var(--gh-text) 6%, var(--gh-surface)) }
.button.danger, button.danger { color: var(--gh-danger); background: var(--gh-surface); border-color: currentColor }
.button.danger:hover, button.danger:hover { background: var(--gh-danger-surface) }
button.link { min-height: 0; padding: 0; color: var(--gh-accent); background: none; border: 0; font-weight: inherit; text-decoration: underline; text-underline-offset: .18em }
.entry .card .button, .entry .card button:not(.link) { width: 100% }
form.apart { margin: 0 0 1.25rem }
.stack { display: grid; gap: .75rem }
.or { display: flex; align-items: center; gap: .75rem; color: var(--gh-muted); font-size: .875rem; margin: 1.25rem 0 }
.or::before, .or::after { content: ""; flex: 1; border-top: 1px solid var(--gh-border) }

.notice { padding: .75rem 1rem; border-radius: var(--gh-radius); border: 1px solid var(--gh-border); margin: 0 0 1.25rem; background: var(--gh-surface) }
.notice.bad { color: var(--gh-danger); background: var(--gh-danger-surface); border-color: currentColor }
.notice.good { color: var(--gh-success); background: var(--gh-success-surface); border-color: currentColor }
.notice p:last-child, .card > p:last-child { margin-bottom: 0 }
.notice a { color: inherit }

.top { background: var(--gh-surface); border-bottom: 1px solid var(--gh-border) }
.top > div { max-width: 62rem; margin: 0 auto; padding: .75rem 1rem; display: flex; gap: 1rem; align-items: center; justify-content: space-between }
.top button { min-height: 2.5rem }
.account { flex: 1; width: 100%; max-width: 62rem; margin: 0 auto; padding: 1rem; display: grid; gap: 1rem; align-content: start }
.account nav ul { list-style: none; margin: 0; padding: 0; display: flex; gap: .25rem; flex-wrap: wrap }
.account nav a { display: block; padding: .5rem .7rem; border-radius: var(--gh-radius); color: inherit; text-decoration: none }
.account nav a:hover { background: color-mix(in srgb, var(--gh-text) 6%, transparent) }
.account nav a[aria-current] { background: color-mix(in srgb, var(--gh-accent) 13%, transparent); font-weight: 600 }
.account main { min-width: 0 }
.account main > h1 { margin-bottom: 1rem }
.account .field { max-width: 32rem }
.who { display: flex; gap: 1rem; align-items: center }
@media (max-width: 29.99rem) { .who span { display: none } }
.account .card > .button, .account .card > form > button { margin-top: .25rem }
@media (min-width: 48rem) {
  .account { grid-template-columns: 13rem minmax(0, 1fr); gap: 2.5rem; padding: 2rem 1rem }
  .account nav ul { flex-direction: column; flex-wrap: nowrap }
  .account .card { padding: 1.75rem }
}
.rows { list-style: none; margin: 0; padding: 0 }
.rows > li { display: flex; gap: .5rem 1rem; align-items: center; justify-content: space-between; flex-wrap: wrap; padding: .9rem 0; border-top: 1px solid var(--gh-border) }
.rows > li:first-child { border-top: 0; padding-top: .25rem }
.rows > li:last-child { padding-bottom: .25rem }
.rows p { margin: 0 }
.badge { display: inline-block; font-size: .8125rem; font-weight: 600; padding: .05rem .5rem; border-radius: 1rem; color: var(--gh-success); background: var(--gh-success-surface); border: 1px solid currentColor }
.badge.warn { color: var(--gh-danger); background: var(--gh-danger-surface) }
@media (prefers-reduced-motion: no-preference) { button, .button, input { transition: background-color .12s, border-color .12s } }
@media (forced-colors: active) { .card, .notice, button, .button { border: 1px solid ButtonText } }
`.trim()
