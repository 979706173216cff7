import { DomainError } from '../../../../platform/errors.ts'
import { proveFactor } from '../../../factors-api/index.ts'
import { passwordLength } from '../../../passwords/index.ts'
import { changePassword, clientOf } from '../../../sign-in/index.ts'
import { type Rejection, rejectionOf } from '../form-problems.ts'
import { entryPage } from '../look/document.ts'
import { field, notice, problemsNotice } from '../look/fields.ts'
import { html, type Markup, nothing } from '../look/markup.ts'
import type { PageRequest, Pages } from '../page-route.ts'
import { enter } from './enter.ts'

/** A sign-in in the middle: what continues it, and where the person was going. */
interface Paused {
  readonly challenge: string
  readonly wanted: string | undefined
}

/** The form for what a sign-in still lacks; undefined for an error that is something else. */
export function nextStep(p: PageRequest, error: unknown, wanted: string | undefined): Markup | undefined {
  if (!(error instanceof DomainError)) return undefined
  const challenge = error.members?.['challenge']
  if (typeof challenge !== 'string') return undefined
  return forms[error.code]?.(p, { challenge, wanted }, undefined)
}

type StepForm = (p: PageRequest, paused: Paused, rejection: Rejection | undefined) => Markup

const forms: Readonly<Record<string, StepForm>> = {
  factor_required: factorForm,
  password_change_required: changePasswordForm,
}

/** `POST /factor`: the code that a sign-in asks for. The challenge is the proof. */
export function factorPage(pages: Pages): void {
  pages.open('/factor', 'the challenge of the sign-in is the proof', {
    get: (p) => p.redirect('/sign-in'),
    async post(p) {
      const text = (name: string) => p.form.get(name) ?? ''
      const [challenge, wanted, recoveryCode] = [
        text('challenge'),
        text('return_to'),
        p.form.get('recovery_code'),
      ]
      const proof = recoveryCode === null ? { totp: text('totp') } : { recoveryCode }
      try {
        const resuming = { challenge, client: clientOf(p.c), permit: () => undefined }
        return await enter(p, await proveFactor(p.ctx, proof, resuming), wanted)
      } catch (error) {
        const next = nextStep(p, error, wanted)
        if (next !== undefined) return p.show(next)
        const at = recoveryCode === null ? 'totp' : 'recovery_code'
        const rejection = rejectionOf(error, p.look.t, { wrong_factor: at })
        return p.show(factorForm(p, { challenge, wanted }, rejection), rejection.status)
      }
    },
  })
}

/** Two forms: a code of the app, and below it one of the recovery codes. */
function factorForm(
  { look, token }: PageRequest,
  { challenge, wanted }: Paused,
  rejection: Rejection | undefined,
): Markup {
  const { t, base } = look
  const problems = rejection?.fields ?? {}
  const bad = rejection?.general
  const form = (fields: Markup): Markup => html`<form method="post" action="${base}/factor">
<input type="hidden" name="form_token" value="${token}">
<input type="hidden" name="challenge" value="${challenge}">
<input type="hidden" name="return_to" value="${wanted ?? ''}">
${fields}
<button>${t('factor.button')}</button>
</form>`
  const open = problems['recovery_code'] === undefined ? nothing : html` open`
  return entryPage({
    look,
    title: t('factor.title'),
    main: html`<h1>${t('factor.title')}</h1>
<p class="lead muted">${t('factor.lead')}</p>
${notice(bad === undefined ? problemsNotice(t, problems) : { kind: 'bad', text: bad })}
${form(field({ name: 'totp', label: t('factor.code'), autocomplete: 'one-time-code', inputmode: 'numeric', problem: problems['totp'], required: true, maxlength: 20, autofocus: open === nothing }))}
<details${open}><summary>${t('factor.recovery.link')}</summary>
<p class="muted">${t('factor.recovery.lead')}</p>
${form(field({ name: 'recovery_code', label: t('factor.recovery'), autocomplete: 'off', problem: problems['recovery_code'], required: true, maxlength: 64 }))}
</details>`,
  })
}

/** `POST /change-password`: the new password that a sign-in asks for. The challenge is the proof. */
export function changePasswordPage(pages: Pages): void {
  pages.open('/change-password', 'the challenge of the sign-in is the proof', {
    get: (p) => p.redirect('/sign-in'),
    async post(p) {
      const text = (name: string) => p.form.get(name) ?? ''
      const [challenge, wanted] = [text('challenge'), text('return_to')]
      try {
        const resuming = { challenge, client: clientOf(p.c), permit: () => undefined }
        return await enter(p, await changePassword(p.ctx, text('password'), resuming), wanted)
      } catch (error) {
        const next = nextStep(p, error, wanted)
        if (next !== undefined) return p.show(next)
        const rejection = rejectionOf(error, p.look.t)
        return p.show(changePasswordForm(p, { challenge, wanted }, rejection), rejection.status)
      }
    },
  })
}

function changePasswordForm(
  { ctx, look, token }: PageRequest,
  { challenge, wanted }: Paused,
  rejection: Rejection | undefined,
): Markup {
  const { t, base } = look
  const problems = rejection?.fields ?? {}
  const bad = rejection?.general
  const min = String(passwordLength(ctx.config).min)
  return entryPage({
    look,
    title: t('change-password.title'),
    main: html`<h1>${t('change-password.title')}</h1>
<p class="lead muted">${t('change-password.lead')}</p>
${notice(bad === undefined ? problemsNotice(t, problems) : { kind: 'bad', text: bad })}
<form method="post" action="${base}/change-password">
<input type="hidden" name="form_token" value="${token}">
<input type="hidden" name="challenge" value="${challenge}">
<input type="hidden" name="return_to" value="${wanted ?? ''}">
${field({ name: 'password', label: t('security.password.new'), type: 'password', autocomplete: 'new-password', hint: t('sign-up.password.hint', { min }), problem: problems['password'], required: true, maxlength: 1024, autofocus: true })}
<button>${t('security.password.button')}</button>
</form>`,
  })
}
