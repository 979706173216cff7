import type { Claims } from '../verify/types.ts'

/** A member of a claim that should be an object. */
export function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
  return value[name as keyof typeof value]
}

/** A claim that should be a non-empty string. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/**
 * Whether claims are those of an ID token (OpenID Connect Core, sections 2 and 3.1.3.6): nonce and the hashes of what
 * was issued beside it are nothing that an access token has.
 */
export function looksLikeIdToken(claims: Claims): boolean {
  return ['nonce', 'at_hash', 'c_hash', 's_hash'].some((name) => claims[name] !== undefined)
}

export const idToken = 'This is an ID token: send the access token.'
