import { requestMail, resetPassword, signInByEmail } from '../../../email-access/index.ts'
import { acceptInvitation } from '../../../invitations/index.ts'
import { clientOf, deviceCookie } from '../../../sign-in/index.ts'
import { noticeOf, type Rejection, rejectionOf } from '../form-problems.ts'
import { type ProofForm, proofForm, proofPage, tokenOf } from '../links.ts'
import { entryPage } from '../look/document.ts'
import { field, notice } from '../look/fields.ts'
import { ownForm } from '../look/form.ts'
import { html, type Markup } from '../look/markup.ts'
import { newPasswordField } from '../new-password.ts'
import type { PageRequest, Pages } from '../page-route.ts'
import { enter } from './enter.ts'
import { nextStep } from './next-step.ts'

/** `/forgot-password` and `/reset`, `/sign-in-by-email` and `/email-sign-in`, `/accept-invitation`: the ways in that begin with a message. */
export function byEmailPages(pages: Pages): void {
  askingPage(pages, forgotten)
  proofPage(pages, {
    ...forgotten.proof,
    async use(p, proof) {
      await resetPassword(p.ctx, proof, p.form.get('password') ?? '', clientOf(p.c).address)
      const next = { path: '/sign-in', label: 'sign-in.title' } as const
      return { title: 'reset.done.title', text: 'reset.done.text', next }
    },
  })

  askingPage(pages, signingIn)
  proofPage(pages, {
    ...signingIn.proof,
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

  proofPage(pages, {
    path: '/accept-invitation',
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
      })}${newPasswordField(p, problems['password'])}`,
    async use(p, proof) {
      const [username, password] = [p.form.get('username')?.trim() ?? '', p.form.get('password') ?? '']
      const input = { token: tokenOf(proof), username, password, transport: 'page' } as const
      return enter(p, await acceptInvitation(p.ctx, input, clientOf(p.c)), undefined)
    },
  })
}

/** A page that asks for an address and sends a message to it, and the page that its link leads to. */
interface ByMessage extends Pick<ProofForm, 'path' | 'title' | 'lead'> {
  readonly purpose: Parameters<typeof requestMail>[1]
  readonly proof: ProofForm
}

const forgotten: ByMessage = {
  path: '/forgot-password',
  title: 'forgot.title',
  lead: 'forgot.lead',
  purpose: 'reset-password',
  proof: {
    path: '/reset',
    title: 'reset.title',
    lead: 'reset.lead',
    button: 'reset.button',
    fields: (p, problems) => newPasswordField(p, problems['password']),
  },
}

const signingIn: ByMessage = {
  path: '/sign-in-by-email',
  title: 'email-sign-in.title',
  lead: 'email-sign-in.lead',
  purpose: 'sign-in-by-email',
  proof: {
    path: '/email-sign-in',
    title: 'email-sign-in.title',
    lead: 'email-sign-in.link',
    button: 'sign-in.button',
  },
}

/** What the page says is the same for every address. After the message, it asks for the code. */
function askingPage(pages: Pages, asking: ByMessage): void {
  pages.open(asking.path, 'the answer is the same for every address', {
    get: (p) => p.show(askingForm(p, asking)),
    async post(p) {
      const email = p.form.get('email')?.trim() ?? ''
      try {
        const challenge = await requestMail(p.ctx, asking.purpose, email, clientOf(p.c).address)
        const sent = { title: 'sent.title', lead: 'sent.lead', button: 'sent.button' } as const
        return p.show(proofForm(p, { ...asking.proof, ...sent }, { challenge }))
      } catch (error) {
        const rejection = rejectionOf(error, p.look.t)
        return p.show(askingForm(p, asking, { email, rejection }), rejection.status)
      }
    },
  })
}

function askingForm(
  p: PageRequest,
  { path, title, lead }: ByMessage,
  { email, rejection }: { readonly email?: string; readonly rejection?: Rejection } = {},
): Markup {
  const { look } = p
  const { t, base } = look
  const form = html`${field({ name: 'email', label: t('forgot.email'), type: 'email', value: email, autocomplete: 'username', problem: rejection?.fields['email'], required: true, maxlength: 254, autofocus: rejection === undefined })}
<button>${t('forgot.button')}</button>`
  return entryPage({
    look,
    title: t(title),
    lead: t(lead),
    main: html`${notice(rejection && noticeOf(t, rejection))}
${ownForm(p, path, form)}`,
    after: html`<p class="after"><a href="${base}/sign-in">${t('problem.to-sign-in')}</a></p>`,
  })
}
