import { DomainError } from '../../../../platform/errors.ts'
import { proveFactor } from '../../../factors-api/index.ts'
import { changePassword, clientOf, type Resuming, type SignedIn } from '../../../sign-in/index.ts'
import { noticeOf, type Rejection, rejectionOf } from '../form-problems.ts'
import { entryPage } from '../look/document.ts'
import { field, notice } from '../look/fields.ts'
import { ownForm } from '../look/form.ts'
import { html, type Markup, nothing } from '../look/markup.ts'
import { newPasswordField } from '../new-password.ts'
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

/** `POST /factor`: the code that a sign-in asks for; and `POST /change-password`: the new password that it asks for. */
export function nextStepPages(pages: Pages): void {
  stepPage(pages, '/factor', factorForm, {
    run: (p, resuming) => proveFactor(p.ctx, factorProof(p), resuming),
    fieldOf: (p) => ({ wrong_factor: p.form.has('recovery_code') ? 'recovery_code' : 'totp' }),
  })
  stepPage(pages, '/change-password', changePasswordForm, {
    run: (p, resuming) => changePassword(p.ctx, p.form.get('password') ?? '', resuming),
  })
}

interface Step {
  run(p: PageRequest, resuming: Resuming): Promise<SignedIn>
  /** The field that an error's code belongs to. */
  fieldOf?(p: PageRequest): Readonly<Record<string, string>>
}

function stepPage(pages: Pages, path: string, form: StepForm, { run, fieldOf }: Step): void {
  pages.open(path, 'the challenge of the sign-in is the proof', {
    get: (p) => p.redirect('/sign-in'),
    async post(p) {
      const [challenge, wanted] = [p.form.get('challenge') ?? '', p.form.get('return_to') ?? '']
      try {
        const resuming = { challenge, client: clientOf(p.c), permit: () => undefined }
        return await enter(p, await run(p, resuming), wanted)
      } catch (error) {
        const next = nextStep(p, error, wanted)
        if (next !== undefined) return p.show(next)
        const rejection = rejectionOf(error, p.look.t, fieldOf?.(p))
        return p.show(form(p, { challenge, wanted }, rejection), rejection.status)
      }
    },
  })
}

function factorProof({ form }: PageRequest) {
  const recoveryCode = form.get('recovery_code')
  return recoveryCode === null ? { totp: form.get('totp') ?? '' } : { recoveryCode }
}

const carry = ({ challenge, wanted }: Paused) => ({ hidden: { challenge, return_to: wanted ?? '' } })

/** Two forms: a code of the app, and below it one of the recovery codes. */
function factorForm(p: PageRequest, paused: Paused, rejection: Rejection | undefined): Markup {
  const { t } = p.look
  const problems = rejection?.fields ?? {}
  const form = (fields: Markup): Markup =>
    ownForm(p, '/factor', html`${fields}<button>${t('factor.button')}</button>`, carry(paused))
  const open = problems['recovery_code'] === undefined ? nothing : html` open`
  return entryPage({
    look: p.look,
    title: t('factor.title'),
    lead: t('factor.lead'),
    main: html`${notice(rejection && noticeOf(t, rejection))}
${form(field({ name: 'totp', label: t('factor.code'), autocomplete: 'one-time-code', inputmode: 'numeric', problem: problems['totp'], required: true, maxlength: 20, autofocus: open === nothing }))}
<details${open}><summary>${t('factor.recovery.link')}</summary>
<p class="muted">${t('factor.recovery.lead')}</p>
${form(field({ name: 'recovery_code', label: t('factor.recovery'), autocomplete: 'off', problem: problems['recovery_code'], required: true, maxlength: 64 }))}
</details>`,
  })
}

function changePasswordForm(p: PageRequest, paused: Paused, rejection: Rejection | undefined): Markup {
  const { t } = p.look
  const form = html`${newPasswordField(p, rejection?.fields['password'], { autofocus: true })}
<button>${t('security.password.button')}</button>`
  return entryPage({
    look: p.look,
    title: t('change-password.title'),
    lead: t('change-password.lead'),
    main: html`${notice(rejection && noticeOf(t, rejection))}
${ownForm(p, '/change-password', form, carry(paused))}`,
  })
}
