import { settingsOf } from '../../../../config/setting.ts'
import { passwordLength } from '../../../passwords/index.ts'
import { clientOf, SignUpClosed, signInSettings, signUp } from '../../../sign-in/index.ts'
import { type Rejection, rejectionOf } from '../form-problems.ts'
import { entryPage } from '../look/document.ts'
import { field, notice, problemsNotice } from '../look/fields.ts'
import { html, type Markup } from '../look/markup.ts'
import type { PageRequest, Pages } from '../page-route.ts'
import { home, returnTo } from '../return-to.ts'
import { enter } from './enter.ts'
import { nextStep } from './next-step.ts'

/** `/sign-up`, as far as GATEHOUSE_SIGN_UP allows it. */
export function signUpPage(pages: Pages): void {
  pages.open('/sign-up', 'the page to create an account on', {
    get(p) {
      if (settingsOf(p.ctx.config, signInSettings).signUp !== 'open') throw new SignUpClosed()
      return p.show(signUpForm(p, { username: '', email: '', wanted: p.c.req.query('return_to') }))
    },
    async post(p) {
      const text = (name: string) => p.form.get(name) ?? ''
      const [username, email, wanted] = [text('username').trim(), text('email').trim(), text('return_to')]
      try {
        const input = {
          username,
          email: email === '' ? undefined : email,
          password: text('password'),
          transport: 'page' as const,
        }
        return await enter(p, await signUp(p.ctx, input, clientOf(p.c)), wanted)
      } catch (error) {
        const next = nextStep(p, error, wanted)
        if (next !== undefined) return p.show(next)
        const rejection = rejectionOf(error, p.look.t, { username_taken: 'username' })
        return p.show(signUpForm(p, { username, email, wanted, rejection }), rejection.status)
      }
    },
  })
}

interface SignUpForm {
  readonly username: string
  readonly email: string
  readonly wanted: string | undefined
  readonly rejection?: Rejection
}

function signUpForm(
  { ctx, look, token }: PageRequest,
  { username, email, wanted, rejection }: SignUpForm,
): Markup {
  const { t, base } = look
  const problems = rejection?.fields ?? {}
  const bad = rejection?.general
  const to = returnTo(wanted)
  const query = to === home ? '' : `?return_to=${encodeURIComponent(to)}`
  return entryPage({
    look,
    title: t('sign-up.title'),
    main: html`<h1>${t('sign-up.title')}</h1>
${notice(bad === undefined ? problemsNotice(t, problems) : { kind: 'bad', text: bad })}
<form method="post" action="${base}/sign-up">
<input type="hidden" name="form_token" value="${token}">
<input type="hidden" name="return_to" value="${to}">
${field({ name: 'username', label: t('sign-up.username'), value: username, autocomplete: 'username', hint: t('sign-up.username.hint'), problem: problems['username'], required: true, maxlength: 64, autofocus: rejection === undefined })}
${field({ name: 'email', label: t('sign-up.email'), type: 'email', value: email, autocomplete: 'email', hint: t('sign-up.email.hint'), problem: problems['email'], maxlength: 254 })}
${field({ name: 'password', label: t('sign-up.password'), type: 'password', autocomplete: 'new-password', hint: t('sign-up.password.hint', { min: String(passwordLength(ctx.config).min) }), problem: problems['password'], required: true, maxlength: 1024 })}
<button>${t('sign-up.button')}</button>
</form>`,
    after: html`<p class="after">${t('sign-up.have-account')} <a href="${base}/sign-in${query}">${t('sign-in.title')}</a></p>`,
  })
}
