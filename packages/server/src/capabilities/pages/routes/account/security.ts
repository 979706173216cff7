import {
  recentSignIn,
  requestVerification,
  showUser,
  type User,
  updateUser,
} from '../../../accounts/index.ts'
import { passwordLength } from '../../../passwords/index.ts'
import { rejectionOf } from '../form-problems.ts'
import { field } from '../look/fields.ts'
import { html, type Markup, nothing } from '../look/markup.ts'
import type { OwnRequest, Pages } from '../page-route.ts'
import { confirmFirst, doneOf, isRecent, type Said, section } from './frame.ts'

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
    post: (p) =>
      change(p, 'password', {
        password: p.form.get('password') ?? '',
        currentPassword: p.form.get('current_password') ?? '',
      }),
  })

  pages.own(`${here}/email`, {
    post: (p) => change(p, 'email', { email: p.form.get('email')?.trim() ?? '' }),
  })

  pages.own(`${here}/email/verification`, { post: resend })
}

async function resend(p: OwnRequest): Promise<Response> {
  try {
    await requestVerification(p.ctx, p.actor, p.actor.id)
    return p.redirect(`${here}?done=resent`)
  } catch (error) {
    const rejection = rejectionOf(error, p.look.t)
    const user = await showUser(p.ctx, p.actor, p.actor.id)
    return p.show(security(p, user, { rejection }), rejection.status)
  }
}

async function change(
  p: OwnRequest,
  done: keyof typeof texts,
  changes: Parameters<typeof updateUser>[3],
): Promise<Response> {
  try {
    await updateUser(p.ctx, p.actor, p.actor.id, changes)
    return p.redirect(`${here}?done=${done}`)
  } catch (error) {
    const rejection = rejectionOf(error, p.look.t)
    const user = await showUser(p.ctx, p.actor, p.actor.id)
    return p.show(security(p, user, { rejection, typed: changes.email ?? undefined }), rejection.status)
  }
}

function security(p: OwnRequest, user: User, said: Said & { readonly typed?: string | undefined }): Markup {
  const { t } = p.look
  const recent = isRecent(p.ctx, p, recentSignIn)
  return section(
    p,
    here,
    said,
    html`<section class="card" aria-labelledby="email-title">
<h2 id="email-title">${t('security.email')}</h2>
${emailState(p, user)}
${recent ? emailForm(p, said) : confirmFirst(p, here)}
</section>
<section class="card" aria-labelledby="password-title">
<h2 id="password-title">${t('security.password')}</h2>
${recent ? passwordForm(p, user, said) : confirmFirst(p, here)}
</section>`,
  )
}

function emailState(p: OwnRequest, user: User): Markup {
  const { t, base } = p.look
  const { email, emailVerified, pendingEmail } = user
  if (email === null) return html`<p class="muted">${t('security.email.none')}</p>`
  const state = emailVerified ? t('security.email.verified') : t('security.email.unverified')
  const waiting = pendingEmail !== null || !emailVerified
  return html`<p><bdi>${email}</bdi> <span class="badge${emailVerified ? '' : ' warn'}">${state}</span></p>
${pendingEmail === null ? nothing : html`<p class="muted">${t('security.email.pending', { email: pendingEmail })}</p>`}
${
  waiting
    ? html`<form class="apart" method="post" action="${base}${here}/email/verification">
<input type="hidden" name="form_token" value="${p.token}"><button class="link">${t('security.email.resend')}</button></form>`
    : nothing
}`
}

function emailForm(
  { look: { t, base }, token }: OwnRequest,
  { rejection, typed }: Said & { readonly typed?: string | undefined },
): Markup {
  return html`<form method="post" action="${base}${here}/email">
<input type="hidden" name="form_token" value="${token}">
${field({ name: 'email', label: t('security.email.new'), type: 'email', value: typed, autocomplete: 'email', problem: rejection?.fields['email'], required: true, maxlength: 254 })}
<button class="quiet">${t('security.email.change')}</button>
</form>`
}

function passwordForm(
  { ctx, look: { t, base }, token }: OwnRequest,
  user: User,
  { rejection }: Said,
): Markup {
  const problems = rejection?.fields ?? {}
  return html`<form method="post" action="${base}${here}/password">
<input type="hidden" name="form_token" value="${token}">
<input type="hidden" name="username" autocomplete="username" value="${user.username}">
${field({ name: 'current_password', label: t('security.password.current'), type: 'password', autocomplete: 'current-password', problem: problems['current_password'], required: true, maxlength: 1024 })}
${field({ name: 'password', label: t('security.password.new'), type: 'password', autocomplete: 'new-password', hint: t('sign-up.password.hint', { min: String(passwordLength(ctx.config).min) }), problem: problems['password'], required: true, maxlength: 1024 })}
<button>${t('security.password.button')}</button>
</form>${nothing}`
}
