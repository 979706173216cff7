import type { Context as HonoContext } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { settingsOf } from '../../config/setting.ts'
import type { Config } from '../../config.ts'
import { sessionSettings } from '../sessions/index.ts'
import { AmbiguousRefreshToken, OriginNotAllowed } from './errors.ts'

/** `__Host-`: only this host can have set it, over TLS (or on localhost), for every path (RFC 6265bis, section 4.1.3.2). */
const name = '__Host-gatehouse-refresh'

/** Scripts can't read it, no other site's page can send it; other hosts of the same site are for `requireOrigin`. */
const attributes = { path: '/', secure: true, httpOnly: true, sameSite: 'Strict' } as const

/** Where a request's refresh token came from. */
export interface PresentedRefreshToken {
  token: string | undefined
  transport: 'body' | 'cookie'
}

/**
 * The refresh token of a request, from its body or its cookie.
 *
 * @throws AmbiguousRefreshToken (`invalid_request`, 400), OriginNotAllowed (`origin_not_allowed`, 403)
 */
export function presentedRefreshToken(
  c: HonoContext,
  config: Config,
  inBody: string | undefined,
): PresentedRefreshToken {
  const inCookie = getCookie(c, name)
  if (inCookie === undefined) return { token: inBody, transport: 'body' }
  if (inBody !== undefined) throw new AmbiguousRefreshToken()
  requireOrigin(config, c.req.header('Origin'))
  return { token: inCookie, transport: 'cookie' }
}

export function setRefreshCookie(c: HonoContext, config: Config, token: string): void {
  setCookie(c, name, token, { ...attributes, maxAge: settingsOf(config, sessionSettings).lifetime })
}

/** Makes the browser forget the cookie, if it has one. */
export function clearRefreshCookie(c: HonoContext): void {
  if (getCookie(c, name) !== undefined) deleteCookie(c, name, attributes)
}

/**
 * Lets a request use the refresh cookie only if a page of this server, or of a listed origin, made it. The same site
 * is not enough, and a request without an origin comes from no page.
 *
 * @throws OriginNotAllowed (`origin_not_allowed`, 403)
 */
export function requireOrigin(config: Config, origin: string | undefined): void {
  if (
    origin !== undefined &&
    (origin === new URL(config.issuer).origin || config.corsOrigins.includes(origin))
  )
    return
  throw new OriginNotAllowed()
}
