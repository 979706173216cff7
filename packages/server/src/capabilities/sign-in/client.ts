import type { Context as HonoContext } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { looksLikeOpaqueToken } from '../../platform/crypto/opaque-token.ts'
import { mostPresented, unusedFor } from '../devices/index.ts'
import type { Client } from './trail.ts'

/** What is used of a request's Hono context. */
interface Requested {
  readonly req: { header(name: string): string | undefined; readonly raw: { readonly signal: AbortSignal } }
  get(name: 'clientAddress'): string
}

/** Where a request came from, and what it says about its device. */
export function clientOf(c: Requested): Client {
  const header = (name: string) => c.req.header(name)
  return {
    address: c.get('clientAddress'),
    signal: c.req.raw.signal,
    hints: {
      userAgent: header('User-Agent'),
      brands: header('Sec-CH-UA'),
      mobile: header('Sec-CH-UA-Mobile'),
      platform: header('Sec-CH-UA-Platform'),
      platformVersion: header('Sec-CH-UA-Platform-Version'),
      model: header('Sec-CH-UA-Model'),
    },
  }
}

/** `__Host-`: only this host can have set it (RFC 6265bis, section 4.1.3.2). */
const cookieName = '__Host-gatehouse-device'

/** Outlives the session: signing out does not forget the device. */
const attributes = {
  path: '/',
  secure: true,
  httpOnly: true,
  sameSite: 'Strict',
  maxAge: unusedFor / 1000,
} as const

/** The device tokens of a browser: one for each person who signs in with it. */
export function deviceCookie(c: HonoContext): string[] {
  return (getCookie(c, cookieName) ?? '').split('.').filter(looksLikeOpaqueToken).slice(0, mostPresented)
}

/** Puts the token of the user who has just signed in before those of others who use this browser. */
export function setDeviceCookie(c: HonoContext, token: string): void {
  const others = deviceCookie(c).filter((other) => other !== token)
  setCookie(c, cookieName, [token, ...others].slice(0, mostPresented).join('.'), attributes)
}
