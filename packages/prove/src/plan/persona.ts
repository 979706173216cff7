/** A made-up caller with a valid token: what its claims say, and nothing about the request. */
export interface Persona {
  /** For a person to read: `owner 1`, `admin`, `without posts:delete`. */
  readonly name: string
  /** The token's `sub`. */
  readonly id: string
  readonly username: string
  readonly roles: readonly string[]
  readonly permissions: readonly string[]
  readonly acr: string | undefined
  /** Seconds since the sign-in. */
  readonly signedInFor: number
}

/** Somebody who owns nothing, holds no role and no permission. */
export const stranger: Persona = {
  name: 'a signed-in stranger',
  id: 'prove-stranger',
  username: 'prove.stranger',
  roles: [],
  permissions: [],
  acr: undefined,
  signedInFor: 0,
}
