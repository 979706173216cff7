/** Where people go after signing in, unless they were on their way to somewhere else. */
const home = '/account'

/**
 * Where to send somebody after signing in: `wanted`, if it is one of their account's pages; otherwise the first
 * of those. Nothing else is ever followed.
 *
 * @returns a path below the issuer's
 */
export function returnTo(wanted: string | undefined): string {
  if (wanted === undefined || wanted.length > 2000) return home
  if (ownPage.test(wanted)) return wanted
  return home
}

/** A path of the pages: no scheme, no host (`//`), no backslash, no dot segment, no control character. */
const ownPage = /^\/account(?:\/[a-z-]+)*(?:\?[\w=&-]*)?$/

/** The query by which a page goes on to `target`, which `returnTo` gave; none for where everybody goes. */
export const queryFor = (target: string): string =>
  target === home ? '' : `?return_to=${encodeURIComponent(target)}`

/** Where those are sent who are not signed in, to come back to `path`. */
export const signInFirst = (path: string): string => `/sign-in?return_to=${encodeURIComponent(path)}`
