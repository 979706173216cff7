import { signOutOf } from '../../../sessions/index.ts'
import { renewFormToken } from '../form-token.ts'
import { entryPage } from '../look/document.ts'
import { html } from '../look/markup.ts'
import type { Pages } from '../page-route.ts'
import { clearPageCookie } from '../session.ts'

/** `POST /sign-out`, and `/signed-out`, where it leads. */
export function signOutPages(pages: Pages): void {
  pages.open('/sign-out', 'signing out twice is no mistake', {
    async post(p) {
      if (p.auth?.session !== undefined) await signOutOf(p.ctx, p.auth.session, p.auth.user.id)
      clearPageCookie(p.c)
      renewFormToken(p.c)
      return p.redirect('/signed-out')
    },
  })

  pages.open('/signed-out', 'the page after signing out', {
    get({ look, show }) {
      const { t, base } = look
      return show(
        entryPage({
          look,
          title: t('signed-out.title'),
          lead: t('signed-out.text'),
          main: html`<a class="button quiet" href="${base}/sign-in">${t('signed-out.again')}</a>`,
        }),
      )
    },
  })
}
