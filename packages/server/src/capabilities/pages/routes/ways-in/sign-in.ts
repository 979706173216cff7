import { settingsOf } from '../../../../config/setting.ts'
import { mailWayOf } from '../../../mail/index.ts'
import { clientOf, deviceCookie, signIn, signInSettings } from '../../../sign-in/index.ts'
import { noticeOf, type Rejection, rejectionOf } from '../form-problems.ts'
import { entryPage } from '../look/document.ts'
import { field, notice } from '../look/fields.ts'
import { ownForm } from '../look/form.ts'
import { html, type Markup, nothing } from '../look/markup.ts'
import type { PageRequest, Pages } from '../page-route.ts'
import { queryFor, returnTo } from '../return-to.ts'
import { enter } from './enter.ts'
import { nextStep } from './next-step.ts'

/** `/sign-in`: with a username or an address, and a password. */
export function signInPage(pages: Pages): void {
  pages.open('/sign-in', 'the page to sign in on', {
    get(p) {
      const wanted = p.c.req.query('return_to')
      const again = p.c.req.query('again') !== undefined && p.auth !== undefined
      if (p.auth !== undefined && !again) return p.redirect(returnTo(wanted))
      return p.show(
        signInForm(p, { wanted, again, username: again ? String(p.auth?.user.username ?? '') : '' }),
      )
    },
    async post(p) {
      const [username, password] = [p.form.get('username') ?? '', p.form.get('password') ?? '']
      const wanted = p.form.get('return_to') ?? undefined
      const again = p.form.get('again') === '1' && p.auth !== undefined
      try {
        const input = { username, password, transport: 'page' as const }
        const result = await signIn(p.ctx, input, { ...clientOf(p.c), deviceTokens: deviceCookie(p.c) })
        return await enter(p, result, wanted)
      } catch (error) {
        const next = nextStep(p, error, wanted)
        if (next !== undefined) return p.show(next)
        const rejection = rejectionOf(error, p.look.t)
        return p.show(signInForm(p, { wanted, again, username, rejection }), rejection.status)
      }
    },
  })
}

interface SignInForm {
  readonly wanted: string | undefined
  /** For somebody who is signed in, to show that it is they. */
  readonly again: boolean
  readonly username: string
  readonly rejection?: Rejection
}

function signInForm(p: PageRequest, { wanted, again, username, rejection }: SignInForm): Markup {
  const { look, ctx } = p
  const { t, base } = look
  const canMail = mailWayOf(ctx.config).kind !== 'none'
  const to = returnTo(wanted)
  const forgot = html`<a href="${base}/forgot-password">${t('sign-in.forgot')}</a>`
  const form = html`${field({ name: 'username', label: t('sign-in.username'), value: username, autocomplete: 'username webauthn', required: true, maxlength: 254, autofocus: username === '' })}
${field({ name: 'password', label: t('sign-in.password'), beside: canMail ? forgot : undefined, type: 'password', autocomplete: 'current-password', required: true, maxlength: 1024, autofocus: username !== '' })}
<button>${t('sign-in.button')}</button>`
  const byEmail = html`<p class="or">${t('sign-in.or')}</p>
<a class="button quiet" href="${base}/sign-in-by-email">${t('sign-in.by-email')}</a>`
  const signUp = html`<p class="after">${t('sign-in.new-here')} <a href="${base}/sign-up${queryFor(to)}">${t('sign-in.create')}</a></p>`
  return entryPage({
    look,
    title: again ? t('sign-in.again') : t('sign-in.title'),
    lead: again ? t('sign-in.again.lead') : undefined,
    main: html`${notice(rejection && noticeOf(t, rejection))}
${ownForm(p, '/sign-in', form, { hidden: { return_to: to, ...(again && { again: '1' }) } })}
${canMail && !again ? byEmail : nothing}`,
    after: again || settingsOf(ctx.config, signInSettings).signUp !== 'open' ? nothing : signUp,
  })
}
