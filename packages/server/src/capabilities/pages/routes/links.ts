import { undoEmailChange, verifyEmail } from '../../accounts/index.ts'
import { rejectionOf } from './form-problems.ts'
import { entryPage } from './look/document.ts'
import { type Notice, notice } from './look/fields.ts'
import { html, type Markup, nothing } from './look/markup.ts'
import type { PageRequest, Pages } from './page-route.ts'
import type { TextKey } from './texts.ts'

/** A page that a link in a message leads to. */
interface LinkPage {
  readonly path: `/${string}`
  readonly why: string
  readonly title: TextKey
  readonly lead: TextKey
  readonly button: TextKey
  /** Fields of the form beside the token. */
  readonly fields?: (p: PageRequest, problems: Readonly<Record<string, string>>) => Markup
  /** The field that an error's code belongs to. */
  readonly fieldOf?: Readonly<Record<string, string>>
  /** Uses the link up. */
  use(p: PageRequest, token: string): Promise<Response | Done>
}

/** What the page says once the link is used up, and where to go on. */
export interface Done {
  readonly title: TextKey
  readonly text: TextKey
  readonly next: { readonly path: string; readonly label: TextKey }
}

/**
 * Adds a page that a link leads to. Opening it uses nothing up, so that a scanner of mail may do so; its button does.
 * The token travels in the form from there, and leaves the address bar.
 */
export function linkPage(pages: Pages, page: LinkPage): void {
  pages.open(page.path, page.why, {
    get: (p) => p.show(linkForm(p, page, p.c.req.query('token') ?? '')),
    async post(p) {
      const token = p.form.get('token') ?? ''
      try {
        const done = await page.use(p, token)
        return done instanceof Response ? done : p.show(donePage(p, done))
      } catch (error) {
        const { status, fields, general } = rejectionOf(error, p.look.t, page.fieldOf)
        const bad = general === undefined ? undefined : ({ kind: 'bad', text: general } as const)
        return p.show(linkForm(p, page, token, fields, bad), status)
      }
    },
  })
}

function linkForm(
  p: PageRequest,
  { path, title, lead, button, fields }: LinkPage,
  token: string,
  problems: Readonly<Record<string, string>> = {},
  bad?: Notice,
): Markup {
  const { t, base } = p.look
  return entryPage({
    look: p.look,
    title: t(title),
    main: html`<h1>${t(title)}</h1>
<p class="lead muted">${t(lead)}</p>
${notice(bad)}
<form method="post" action="${base}${path}">
<input type="hidden" name="form_token" value="${p.token}">
<input type="hidden" name="token" value="${token}">
${fields?.(p, problems) ?? nothing}
<button>${t(button)}</button>
</form>`,
  })
}

function donePage({ look }: PageRequest, { title, text, next }: Done): Markup {
  const { t, base } = look
  return entryPage({
    look,
    title: t(title),
    main: html`<h1>${t(title)}</h1>
<p class="lead muted">${t(text)}</p>
<a class="button" href="${base}${next.path}">${t(next.label)}</a>`,
  })
}

/** The pages of links about addresses. */
export function addressLinkPages(pages: Pages): void {
  linkPage(pages, {
    path: '/verify',
    why: 'the link from a message is the proof',
    title: 'verify.title',
    lead: 'verify.lead',
    button: 'verify.button',
    async use(p, token) {
      await verifyEmail(p.ctx, { token })
      const next = { path: '/account/security', label: 'problem.to-account' } as const
      return { title: 'verify.done.title', text: 'verify.done.text', next }
    },
  })

  linkPage(pages, {
    path: '/undo-email',
    why: 'the link from a message is the proof',
    title: 'undo-email.title',
    lead: 'undo-email.lead',
    button: 'undo-email.button',
    async use(p, token) {
      await undoEmailChange(p.ctx, token)
      const next = { path: '/forgot-password', label: 'undo-email.done.next' } as const
      return { title: 'undo-email.done.title', text: 'undo-email.done.text', next }
    },
  })
}
