import type { Context as HonoContext } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { looksLikeOpaqueToken } from '../../platform/crypto/opaque-token.ts'
import { mostPresented, unusedFor } from '../devices/index.ts'

/** `__Host-`: only this host can have set it (RFC 6265bis, section 4.1.3.2). */
const name = '__Host-gatehouse-device'

/** Outlives the session: signing out does not make a stranger of a device. */
const attributes = {
  path: '/',
  secure: true,
  httpOnly: true,
  sameSite: 'Strict',
  maxAge: unusedFor / 1000,
} as const

/** The device tokens of a browser: one for each person who signs in with it. */
export function deviceCookie(c: HonoContext): string[] {
  return (getCookie(c, name) ?? '').split('.').filter(looksLikeOpaqueToken).slice(0, mostPresented)
}

/** Puts the token of who has just signed in first, before those of the others who use this browser. */
export function setDeviceCookie(c: HonoContext, token: string): void {
  const others = deviceCookie(c).filter((other) => other !== token)
  setCookie(c, name, [token, ...others].slice(0, mostPresented).join('.'), attributes)
}
