import type { Context as HonoContext, MiddlewareHandler } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { settingsOf } from '../../../config/setting.ts'
import type { Context } from '../../../context.ts'
import type { HttpEnv } from '../../../platform/http/variables.ts'
import { grantOf, SessionEnded, sessionOfPage, sessionSettings } from '../../sessions/index.ts'
import { mintAccessToken } from '../../tokens/index.ts'

/** `__Host-`: only this host can have set it, over TLS or on localhost (RFC 6265bis, section 4.1.3.2). */
const cookieName = '__Host-gatehouse-session'
/** Lax: people who follow a link to their account are signed in there; forms have tokens of their own. */
const attributes = { path: '/', secure: true, httpOnly: true, sameSite: 'Lax' } as const

/**
 * Lets a page's cookie stand for its session's access token: it is put where the guard looks for one, so that pages
 * are guarded by the same rules as everything else. A request that brings a token keeps it. A cookie whose session is
 * over is taken away.
 */
export function pageSession(ctx: Context): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    const token = getCookie(c, cookieName)
    if (token === undefined || c.req.header('Authorization') !== undefined) return next()
    const session = await sessionOfPage(ctx, token)
    const accessToken = session && (await mintAccessToken(ctx, grantOf(session)).catch(asEnded))
    if (accessToken === undefined) deleteCookie(c, cookieName, attributes)
    else c.req.raw = withToken(c.req.raw, accessToken)
    return next()
  }
}

/** The user was deleted or disabled: the same as no session. */
function asEnded(error: unknown): undefined {
  if (error instanceof SessionEnded) return undefined
  throw error
}

function withToken(request: Request, token: string): Request {
  const headers = new Headers(request.headers)
  headers.set('Authorization', `Bearer ${token}`)
  return new Request(request, { headers })
}

export function setPageCookie(c: HonoContext, ctx: Context, token: string): void {
  setCookie(c, cookieName, token, { ...attributes, maxAge: settingsOf(ctx.config, sessionSettings).lifetime })
}

export function clearPageCookie(c: HonoContext): void {
  if (getCookie(c, cookieName) !== undefined) deleteCookie(c, cookieName, attributes)
}
