import type { Proof } from '../../../challenges/index.ts'
import { requestMail, resetPassword, signInByEmail } from '../../../email-access/index.ts'
import { acceptInvitation } from '../../../invitations/index.ts'
import { passwordLength } from '../../../passwords/index.ts'
import { clientOf, deviceCookie } from '../../../sign-in/index.ts'
import { type Rejection, rejectionOf } from '../form-problems.ts'
import { linkPage } from '../links.ts'
import { entryPage } from '../look/document.ts'
import { field, notice, problemsNotice } from '../look/fields.ts'
import { html, type Markup, nothing } from '../look/markup.ts'
import type { PageRequest, Pages } from '../page-route.ts'
import type { TextKey } from '../texts.ts'
import { enter } from './enter.ts'
import { nextStep } from './next-step.ts'

const why = 'a link or code from a message is the proof'

/** `/forgot-password` and `/reset`, `/email-sign-in`, `/accept-invitation`: the ways in that begin with a message. */
export function byEmailPages(pages: Pages): void {
  askingPage(pages, '/forgot-password', 'reset-password', { title: 'forgot.title', lead: 'forgot.lead' })

  proofPage(pages, {
    path: '/reset',
    title: 'reset.title',
    lead: 'reset.lead',
    button: 'reset.button',
    withPassword: true,
    async use(p, proof) {
      await resetPassword(p.ctx, proof, p.form.get('password') ?? '', clientOf(p.c).address)
      return p.show(resetDone(p))
    },
  })

  const signInTexts = { title: 'email-sign-in.title', lead: 'email-sign-in.lead' } as const
  askingPage(pages, '/sign-in-by-email', 'sign-in-by-email', signInTexts)

  proofPage(pages, {
    path: '/email-sign-in',
    title: 'email-sign-in.title',
    lead: 'email-sign-in.link',
    button: 'sign-in.button',
    async use(p, proof) {
      const client = { ...clientOf(p.c), deviceTokens: deviceCookie(p.c) }
      try {
        return await enter(p, await signInByEmail(p.ctx, proof, { transport: 'page' }, client), undefined)
      } catch (error) {
        const next = nextStep(p, error, undefined)
        if (next === undefined) throw error
        return p.show(next)
      }
    },
  })

  linkPage(pages, {
    path: '/accept-invitation',
    why,
    title: 'invitation.title',
    lead: 'invitation.lead',
    button: 'sign-up.button',
    fieldOf: { username_taken: 'username' },
    fields: (p, problems) =>
      html`${field({
        name: 'username',
        label: p.look.t('sign-up.username'),
        value: p.form.get('username') ?? '',
        autocomplete: 'username',
        hint: p.look.t('sign-up.username.hint'),
        problem: problems['username'],
        required: true,
        maxlength: 64,
      })}${newPassword(p, problems['password'])}`,
    async use(p, token) {
      const [username, password] = [p.form.get('username')?.trim() ?? '', p.form.get('password') ?? '']
      const input = { token, username, password, transport: 'page' } as const
      return enter(p, await acceptInvitation(p.ctx, input, clientOf(p.c)), undefined)
    },
  })
}

interface AskingTexts {
  readonly title: TextKey
  readonly lead: TextKey
}

/** A page that asks for an address and sends a message to it; what it says is the same for every address. */
function askingPage(
  pages: Pages,
  path: string,
  purpose: Parameters<typeof requestMail>[1],
  texts: AskingTexts,
): void {
  pages.open(path, 'the answer is the same for every address', {
    get: (p) => p.show(askingForm(p, path, texts)),
    async post(p) {
      const email = p.form.get('email')?.trim() ?? ''
      try {
        const challenge = await requestMail(p.ctx, purpose, email, clientOf(p.c).address)
        return p.show(sentForm(p, purpose, challenge))
      } catch (error) {
        const rejection = rejectionOf(error, p.look.t)
        return p.show(askingForm(p, path, texts, { email, rejection }), rejection.status)
      }
    },
  })
}

function askingForm(
  { look: { t, base }, look, token }: PageRequest,
  path: string,
  { title, lead }: AskingTexts,
  { email, rejection }: { readonly email?: string; readonly rejection?: Rejection } = {},
): Markup {
  const problems = rejection?.fields ?? {}
  const bad = rejection?.general
  return entryPage({
    look,
    title: t(title),
    main: html`<h1>${t(title)}</h1>
<p class="lead muted">${t(lead)}</p>
${notice(bad === undefined ? problemsNotice(t, problems) : { kind: 'bad', text: bad })}
<form method="post" action="${base}${path}">
<input type="hidden" name="form_token" value="${token}">
${field({ name: 'email', label: t('forgot.email'), type: 'email', value: email, autocomplete: 'username', problem: problems['email'], required: true, maxlength: 254, autofocus: rejection === undefined })}
<button>${t('forgot.button')}</button>
</form>`,
    after: html`<p class="after"><a href="${base}/sign-in">${t('problem.to-sign-in')}</a></p>`,
  })
}

/** After the message: where its code goes. */
function sentForm(p: PageRequest, purpose: Parameters<typeof requestMail>[1], challenge: string): Markup {
  const reset = purpose === 'reset-password'
  const texts = { title: 'sent.title', lead: 'sent.lead', button: 'sent.button' } as const
  return proofForm(
    p,
    { ...texts, path: reset ? '/reset' : '/email-sign-in', withPassword: reset },
    { challenge },
  )
}

interface ProofPage {
  readonly path: '/reset' | '/email-sign-in'
  readonly title: TextKey
  readonly lead: TextKey
  readonly button: TextKey
  readonly withPassword?: boolean
}

/** What a form carries: the token of a link, or the challenge that a code belongs to. */
type Carried = { readonly token: string } | { readonly challenge: string }

function proofPage(
  pages: Pages,
  page: ProofPage & { use(p: PageRequest, proof: Proof): Promise<Response> },
): void {
  pages.open(page.path, why, {
    get: (p) => p.show(proofForm(p, page, { token: p.c.req.query('token') ?? '' })),
    async post(p) {
      const challenge = p.form.get('challenge')
      const carried: Carried = challenge === null ? { token: p.form.get('token') ?? '' } : { challenge }
      const code = p.form.get('code')?.trim() ?? ''
      const proof: Proof = challenge === null ? { token: p.form.get('token') ?? '' } : { challenge, code }
      try {
        return await page.use(p, proof)
      } catch (error) {
        const rejection = rejectionOf(error, p.look.t)
        return p.show(proofForm(p, page, carried, rejection), rejection.status)
      }
    },
  })
}

function proofForm(p: PageRequest, page: ProofPage, carried: Carried, rejection?: Rejection): Markup {
  const { t, base } = p.look
  const problems = rejection?.fields ?? {}
  const bad = rejection?.general
  const code = {
    name: 'code',
    label: t('sent.code'),
    autocomplete: 'one-time-code',
    inputmode: 'numeric',
    className: 'code',
    required: true,
    maxlength: 6,
    autofocus: true,
  } as const
  return entryPage({
    look: p.look,
    title: t(page.title),
    main: html`<h1>${t(page.title)}</h1>
<p class="lead muted">${t(page.lead)}</p>
${notice(bad === undefined ? problemsNotice(t, problems) : { kind: 'bad', text: bad })}
<form method="post" action="${base}${page.path}">
<input type="hidden" name="form_token" value="${p.token}">
${
  'token' in carried
    ? html`<input type="hidden" name="token" value="${carried.token}">`
    : html`<input type="hidden" name="challenge" value="${carried.challenge}">${field(code)}`
}
${page.withPassword === true ? newPassword(p, problems['password']) : nothing}
<button>${t(page.button)}</button>
</form>`,
  })
}

function newPassword({ look: { t }, ctx }: PageRequest, problem: string | undefined): Markup {
  return field({
    name: 'password',
    label: t('security.password.new'),
    type: 'password',
    autocomplete: 'new-password',
    hint: t('sign-up.password.hint', { min: String(passwordLength(ctx.config).min) }),
    problem,
    required: true,
    maxlength: 1024,
  })
}

function resetDone({ look }: PageRequest): Markup {
  const { t, base } = look
  return entryPage({
    look,
    title: t('reset.done.title'),
    main: html`<h1>${t('reset.done.title')}</h1>
<p class="lead muted">${t('reset.done.text')}</p>
<a class="button" href="${base}/sign-in">${t('sign-in.title')}</a>`,
  })
}
