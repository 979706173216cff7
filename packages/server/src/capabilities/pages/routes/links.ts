import { undoEmailChange, verifyEmail } from '../../accounts/index.ts'
import type { Proof } from '../../challenges/index.ts'
import { noticeOf, type Rejection, rejectionOf } from './form-problems.ts'
import { entryPage } from './look/document.ts'
import { field, notice } from './look/fields.ts'
import { ownForm } from './look/form.ts'
import { html, type Markup, nothing } from './look/markup.ts'
import type { PageRequest, Pages } from './page-route.ts'
import type { TextKey } from './texts.ts'

/** A form that proves that a message arrived. */
export interface ProofForm {
  readonly path: `/${string}`
  readonly title: TextKey
  readonly lead: TextKey
  readonly button: TextKey
  /** Fields of the form beside the proof. */
  readonly fields?: (p: PageRequest, problems: Rejection['fields']) => Markup
}

/** A page that a link in a message leads to. */
interface ProofPage extends ProofForm {
  /** The field that an error's code belongs to. */
  readonly fieldOf?: Readonly<Record<string, string>>
  /** Uses the link or the code up. */
  use(p: PageRequest, proof: Proof): Promise<Response | Done>
}

/** What the page says once the link is used up, and where to go on. */
interface Done {
  readonly title: TextKey
  readonly text: TextKey
  readonly next: { readonly path: string; readonly label: TextKey }
}

/**
 * Adds a page that a link leads to. Opening it uses nothing up, so that a scanner of mail may do so; its button does.
 * The token travels in the form from there, and leaves the address bar. A code of the same message is accepted, too, with
 * the challenge that it belongs to.
 */
export function proofPage(pages: Pages, page: ProofPage): void {
  pages.open(page.path, 'a link or code from a message is the proof', {
    get: (p) => p.show(proofForm(p, page, { token: p.c.req.query('token') ?? '' })),
    async post(p) {
      const [challenge, code] = [p.form.get('challenge'), p.form.get('code')?.trim() ?? '']
      const proof = challenge === null ? { token: p.form.get('token') ?? '' } : { challenge, code }
      try {
        const done = await page.use(p, proof)
        return done instanceof Response ? done : p.show(donePage(p, done))
      } catch (error) {
        const rejection = rejectionOf(error, p.look.t, page.fieldOf)
        return p.show(proofForm(p, page, proof, rejection), rejection.status)
      }
    },
  })
}

/** The token of a proof, where only a link will do. */
export const tokenOf = (proof: Proof): string => ('token' in proof ? proof.token : '')

/** The form with the token of a link, or with a field for the code that belongs to a challenge. */
export function proofForm(
  p: PageRequest,
  { path, title, lead, button, fields }: ProofForm,
  proof: { readonly token: string } | { readonly challenge: string },
  rejection?: Rejection,
): Markup {
  const { t } = p.look
  const hidden = 'token' in proof ? { token: proof.token } : { challenge: proof.challenge }
  const form = html`${'token' in proof ? nothing : codeField(p)}
${fields?.(p, rejection?.fields ?? {}) ?? nothing}
<button>${t(button)}</button>`
  return entryPage({
    look: p.look,
    title: t(title),
    lead: t(lead),
    main: html`${notice(rejection && noticeOf(t, rejection))}
${ownForm(p, path, form, { hidden })}`,
  })
}

const codeField = ({ look: { t } }: PageRequest): Markup =>
  field({
    name: 'code',
    label: t('sent.code'),
    autocomplete: 'one-time-code',
    inputmode: 'numeric',
    className: 'code',
    required: true,
    maxlength: 6,
    autofocus: true,
  })

function donePage({ look }: PageRequest, { title, text, next }: Done): Markup {
  const { t, base } = look
  return entryPage({
    look,
    title: t(title),
    lead: t(text),
    main: html`<a class="button" href="${base}${next.path}">${t(next.label)}</a>`,
  })
}

/** The pages of links about addresses. */
export function addressLinkPages(pages: Pages): void {
  proofPage(pages, {
    path: '/verify',
    title: 'verify.title',
    lead: 'verify.lead',
    button: 'verify.button',
    async use(p, proof) {
      await verifyEmail(p.ctx, proof)
      const next = { path: '/account/security', label: 'problem.to-account' } as const
      return { title: 'verify.done.title', text: 'verify.done.text', next }
    },
  })

  proofPage(pages, {
    path: '/undo-email',
    title: 'undo-email.title',
    lead: 'undo-email.lead',
    button: 'undo-email.button',
    async use(p, proof) {
      await undoEmailChange(p.ctx, tokenOf(proof))
      const next = { path: '/forgot-password', label: 'undo-email.done.next' } as const
      return { title: 'undo-email.done.title', text: 'undo-email.done.text', next }
    },
  })
}
