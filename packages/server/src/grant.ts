/** What every grant says. A grant is what stands behind a token; its id is the token's `sid`. */
interface GrantBase {
  readonly id: string
  /** Who the token is about: its `sub`. */
  readonly subject: string
  /** The audiences that tokens of this grant may name. */
  readonly audience: readonly string[]
  /** The OAuth client that asked for it. */
  readonly client: string
}

/** A user who signed in. */
export interface SessionGrant extends GrantBase {
  readonly kind: 'session'
  /** The only permissions that its tokens may carry; no limit if absent. Tokens of a limited grant carry no roles. */
  readonly ceiling?: readonly string[] | undefined
  /** When the user proved who they are; milliseconds since the epoch. */
  readonly authTime: number
  /** How well they did (RFC 9470). */
  readonly acr: string
  /** By which methods (RFC 8176). */
  readonly amr: readonly string[]
}

/** An OAuth client that acts for itself. It has no roles: its permissions are those of its ceiling. */
export interface ClientGrant extends GrantBase {
  readonly kind: 'client'
  readonly ceiling: readonly string[]
}

export type Grant = SessionGrant | ClientGrant
export type GrantKind = Grant['kind']

/**
 * Which kind of grant an id names. Sessions have bare ids, and no other name; every other kind puts its own in front
 * (`client:billing`), so that no grant can be mistaken for one of another kind, nor a client for a user.
 */
export function kindOfGrant(id: string): string | undefined {
  const colon = id.indexOf(':')
  if (colon < 0) return 'session'
  const kind = id.slice(0, colon)
  return kind === 'session' ? undefined : kind
}

/** The permissions of `held` that a ceiling leaves. */
export function underCeiling(held: readonly string[], ceiling: readonly string[] | undefined): string[] {
  return ceiling === undefined ? [...held] : held.filter((permission) => ceiling.includes(permission))
}
