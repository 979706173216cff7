import { requestVerification, showUser, type User, updateUser } from '../../../accounts/index.ts'
import { rejectionOf } from '../form-problems.ts'
import { field } from '../look/fields.ts'
import { ownForm } from '../look/form.ts'
import { html, type Markup, nothing } from '../look/markup.ts'
import { newPasswordField } from '../new-password.ts'
import type { OwnRequest, Pages } from '../page-route.ts'
import { doneOf, type Said, section, whileRecent } from './frame.ts'

const here = '/account/security'
const texts = {
  password: 'security.password.changed',
  email: 'security.email.changed',
  resent: 'security.email.resent',
} as const

/** `/account/security`: address and password. */
export function securityPage(pages: Pages): void {
  pages.own(here, {
    async get(p) {
      const user = await showUser(p.ctx, p.actor, p.actor.id)
      return p.show(security(p, user, { done: doneOf(p, texts) }))
    },
  })

  pages.own(`${here}/password`, {
    post(p) {
      const [password, currentPassword] = [p.form.get('password') ?? '', p.form.get('current_password') ?? '']
      return done(p, 'password', () => updateUser(p.ctx, p.actor, p.actor.id, { password, currentPassword }))
    },
  })

  pages.own(`${here}/email`, {
    post(p) {
      const email = p.form.get('email')?.trim() ?? ''
      return done(p, 'email', () => updateUser(p.ctx, p.actor, p.actor.id, { email }), email)
    },
  })

  pages.own(`${here}/email/verification`, {
    post: (p) => done(p, 'resent', () => requestVerification(p.ctx, p.actor, p.actor.id)),
  })
}

/** Does what a form asks for, and says so; or shows the form again, with what was typed. */
async function done(
  p: OwnRequest,
  what: keyof typeof texts,
  work: () => Promise<unknown>,
  typed?: string,
): Promise<Response> {
  try {
    await work()
    return p.redirect(`${here}?done=${what}`)
  } catch (error) {
    const rejection = rejectionOf(error, p.look.t)
    const user = await showUser(p.ctx, p.actor, p.actor.id)
    return p.show(security(p, user, { rejection, typed }), rejection.status)
  }
}

interface SaidOfSecurity extends Said {
  /** The address that was sent. */
  readonly typed?: string | undefined
}

function security(p: OwnRequest, user: User, said: SaidOfSecurity): Markup {
  const { t } = p.look
  return section(
    p,
    here,
    said,
    html`<section class="card" aria-labelledby="email-title">
<h2 id="email-title">${t('security.email')}</h2>
${emailState(p, user)}
${whileRecent(p, here, emailForm(p, said))}
</section>
<section class="card" aria-labelledby="password-title">
<h2 id="password-title">${t('security.password')}</h2>
${whileRecent(p, here, passwordForm(p, user, said))}
</section>`,
  )
}

function emailState(p: OwnRequest, { email, emailVerified, pendingEmail }: User): Markup {
  const { t } = p.look
  if (email === null) return html`<p class="muted">${t('security.email.none')}</p>`
  const state = emailVerified ? t('security.email.verified') : t('security.email.unverified')
  const again = html`<button class="link">${t('security.email.resend')}</button>`
  return html`<p><bdi>${email}</bdi> <span class="badge${emailVerified ? '' : ' warn'}">${state}</span></p>
${pendingEmail === null ? nothing : html`<p class="muted">${t('security.email.pending', { email: pendingEmail })}</p>`}
${pendingEmail === null && emailVerified ? nothing : ownForm(p, `${here}/email/verification`, again, { className: 'apart' })}`
}

function emailForm(p: OwnRequest, { rejection, typed }: SaidOfSecurity): Markup {
  const { t } = p.look
  return ownForm(
    p,
    `${here}/email`,
    html`${field({ name: 'email', label: t('security.email.new'), type: 'email', value: typed, autocomplete: 'email', problem: rejection?.fields['email'], required: true, maxlength: 254 })}
<button class="quiet">${t('security.email.change')}</button>`,
  )
}

function passwordForm(p: OwnRequest, { username }: User, { rejection }: Said): Markup {
  const { t } = p.look
  const problems = rejection?.fields ?? {}
  return ownForm(
    p,
    `${here}/password`,
    html`<input type="hidden" name="username" autocomplete="username" value="${username}">
${field({ name: 'current_password', label: t('security.password.current'), type: 'password', autocomplete: 'current-password', problem: problems['current_password'], required: true, maxlength: 1024 })}
${newPasswordField(p, problems['password'])}
<button>${t('security.password.button')}</button>`,
  )
}
