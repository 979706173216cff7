import { signOutOf } from '../../../sessions/index.ts'
import { type SignedIn, setDeviceCookie } from '../../../sign-in/index.ts'
import { renewFormToken } from '../form-token.ts'
import type { PageRequest } from '../page-route.ts'
import { returnTo } from '../return-to.ts'
import { setPageCookie } from '../session.ts'

/** Opens the page's session in this browser, instead of one that was open there, and goes on to where they were going. */
export async function enter(
  p: PageRequest,
  { answer, deviceToken }: SignedIn,
  wanted: string | undefined,
): Promise<Response> {
  const before = p.auth
  if (before?.session !== undefined) await signOutOf(p.ctx, before.session, before.user.id)
  setPageCookie(p.c, p.ctx, answer.refresh_token)
  setDeviceCookie(p.c, deviceToken)
  renewFormToken(p.c)
  return p.redirect(returnTo(wanted))
}
