import { timingSafeEqual } from 'node:crypto'
import type { Context as HonoContext } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import type { Context } from '../../../context.ts'
import { looksLikeOpaqueToken, newOpaqueToken } from '../../../platform/crypto/opaque-token.ts'
import { CookiesRequired, ForeignForm } from '../errors.ts'

/** `__Host-`: only this host can have set it (RFC 6265bis, section 4.1.3.2). */
const cookieName = '__Host-gatehouse-form'
/** Lax: a link in an e-mail leads to a page whose form has to work. */
const attributes = { path: '/', secure: true, httpOnly: true, sameSite: 'Lax' } as const
const purpose = 'the forms of pages'

/**
 * The token that a form of this browser carries: a keyed digest of a cookie, and of the session where there is one. Sets
 * the cookie where it is missing.
 */
export function formToken(c: HonoContext, ctx: Context, session: string | undefined): string {
  const given = getCookie(c, cookieName)
  const cookie = given !== undefined && looksLikeOpaqueToken(given) ? given : newOpaqueToken()
  if (cookie !== given) setCookie(c, cookieName, cookie, attributes)
  return tokenOf(ctx, cookie, session)
}

/** Gives the browser another cookie, so that forms from before a sign-in are worth nothing after it. */
export function renewFormToken(c: HonoContext): void {
  setCookie(c, cookieName, newOpaqueToken(), attributes)
}

/**
 * Accepts a form only from a page of this server, sent by the browser that it was shown in: the browser says so itself
 * (`Sec-Fetch-Site`, `Origin`), and the form carries its token.
 *
 * @throws ForeignForm (403), CookiesRequired (403) where the browser sent no cookie back
 */
export function requireOwnForm(
  c: HonoContext,
  ctx: Context,
  form: { readonly token: string | undefined; readonly session: string | undefined },
): void {
  if (!isFromOwnPage(c.req.header('Sec-Fetch-Site'), c.req.header('Origin'), ctx.config.issuer))
    throw new ForeignForm()
  const cookie = getCookie(c, cookieName)
  if (cookie === undefined) throw new CookiesRequired()
  if (form.token === undefined || !isSame(form.token, tokenOf(ctx, cookie, form.session)))
    throw new ForeignForm()
}

/** What the browser says of where a form comes from. It hides the origin of pages that send no referrer: `null`. */
function isFromOwnPage(site: string | undefined, origin: string | undefined, issuer: string): boolean {
  const own = origin === new URL(issuer).origin
  if (site !== undefined) return site === 'same-origin' && (own || origin === undefined || origin === 'null')
  return own || origin === undefined
}

const tokenOf = (ctx: Context, cookie: string, session: string | undefined): string =>
  ctx.sealer.digest(`${cookie} ${session ?? ''}`, purpose)

function isSame(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)]
  return one.length === other.length && timingSafeEqual(one, other)
}
