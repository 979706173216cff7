import { settingsOf } from '../../../../config/setting.ts'
import { clientOf, SignUpClosed, signInSettings, signUp } from '../../../sign-in/index.ts'
import { noticeOf, type Rejection, rejectionOf } from '../form-problems.ts'
import { entryPage } from '../look/document.ts'
import { field, notice } from '../look/fields.ts'
import { ownForm } from '../look/form.ts'
import { html, type Markup } from '../look/markup.ts'
import { newPasswordField } from '../new-password.ts'
import type { PageRequest, Pages } from '../page-route.ts'
import { queryFor, returnTo } from '../return-to.ts'
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

function signUpForm(p: PageRequest, { username, email, wanted, rejection }: SignUpForm): Markup {
  const { look } = p
  const { t, base } = look
  const problems = rejection?.fields ?? {}
  const to = returnTo(wanted)
  const form = html`${field({ name: 'username', label: t('sign-up.username'), value: username, autocomplete: 'username', hint: t('sign-up.username.hint'), problem: problems['username'], required: true, maxlength: 64, autofocus: rejection === undefined })}
${field({ name: 'email', label: t('sign-up.email'), type: 'email', value: email, autocomplete: 'email', hint: t('sign-up.email.hint'), problem: problems['email'], maxlength: 254 })}
${newPasswordField(p, problems['password'], { label: t('sign-up.password') })}
<button>${t('sign-up.button')}</button>`
  return entryPage({
    look,
    title: t('sign-up.title'),
    main: html`${notice(rejection && noticeOf(t, rejection))}
${ownForm(p, '/sign-up', form, { hidden: { return_to: to } })}`,
    after: html`<p class="after">${t('sign-up.have-account')} <a href="${base}/sign-in${queryFor(to)}">${t('sign-in.title')}</a></p>`,
  })
}
