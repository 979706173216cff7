import type { KeyObject } from 'node:crypto'
import type { Names } from './option-names.ts'
import type { ProblemDocument } from './policy/problem.ts'
import type { Decision, Identity } from './policy/types.ts'
import type { RevocationFactory, RevocationSource } from './revocation/types.ts'
import type { Algorithm, Claims, Jwk, Jwks, MaybePromise } from './verify/types.ts'

/**
 * How a guard is set up. Without `issuer` and `audience` they come from GATEHOUSE_ISSUER and GATEHOUSE_AUDIENCE.
 * `Role` and `Permission` are the names that `roles` and `permissions` list.
 */
export interface GuardOptions<Role extends string = string, Permission extends string = string> {
  /** The issuer's identifier (`iss`), an https URL (http on loopback); several that differ in nothing but their name. */
  issuer?: string | readonly string[]
  /** Several issuers, each with options of its own; what an entry leaves out is taken from the guard's options. */
  issuers?: readonly IssuerOptions[]
  /** The audience (`aud`) that tokens must name; any of several. Required for every asymmetric key source. */
  audience?: string | readonly string[]
  /** Where the key set is, instead of finding it through the issuer's metadata. */
  jwksUri?: string
  /** The key set itself, or a function that gives the current one (asked again for an unknown `kid`). */
  jwks?: Jwks | (() => MaybePromise<Jwks>)
  /** One public key: SPKI PEM, a JWK or a KeyObject. */
  publicKey?: string | Jwk | KeyObject
  /** A shared secret of at least 32 bytes (HS256 and kin); a string is taken as UTF-8. */
  secret?: string | Uint8Array
  /** The algorithms accepted; by default those that the configured key or key set is for. */
  algorithms?: readonly Algorithm[]
  /** The `typ` that a token's header must have; `at+jwt` by default, `null` for whatever is there (ID tokens stay refused where recognised). */
  typ?: string | readonly string[] | null
  /** Seconds by which clocks may differ; 60 by default, 120 at most. */
  clockTolerance?: number
  /** The longest that a token may live, from `iat` (or from now, without one) to `exp`: '24h' by default, or seconds. */
  maxLifetime?: string | number
  /** Seconds since the epoch; for tests. */
  clock?: () => number
  /** Lets http be used for an issuer that is not on loopback. Never in production. */
  allowInsecureRequests?: boolean
  /** Bytes that remembered signature results may take; 0 turns remembering off. */
  cacheBytes?: number
  /** The application's own roles; a rule with another name does not compile, and fails at start. */
  roles?: readonly Role[]
  /** The application's own permissions. */
  permissions?: readonly Permission[]
  /** Where a token says who the caller is; presets fill it in. */
  claims?: ClaimMapping
  /**
   * Asked for the caller's roles and permissions when a rule needs them, instead of believing the token: for
   * whoever can look them up. `note` is added to the refusal when they do not suffice.
   */
  authority?: (identity: Identity) => MaybePromise<Authority>
  /** The feed of revoked tokens, a source of one's own, or false for none. */
  revocation?: RevocationOptions | RevocationSource | RevocationFactory | false
  /** Hears every decision, for logs and metrics. What it throws is swallowed into `onError`. */
  onDecision?: (decision: Decision, context: DecisionContext) => void
  /** Adds members to the problem document of a refusal (RFC 9457, section 3.2), e.g. the application's own request id. */
  problem?: (problem: ProblemDocument, native: unknown) => object
  /** Hears what went wrong inside (a rule that threw, keys that could not be fetched, clock skew); console.warn by default. */
  onError?: (error: unknown, what: string) => void
}

/** One of several issuers. Nothing of it counts for another: keys, what is remembered, revocation and claims are its own. */
export interface IssuerOptions
  extends Pick<
    GuardOptions,
    | 'audience'
    | 'jwksUri'
    | 'jwks'
    | 'publicKey'
    | 'secret'
    | 'algorithms'
    | 'typ'
    | 'maxLifetime'
    | 'allowInsecureRequests'
    | 'claims'
    | 'revocation'
  > {
  issuer: string
  /**
   * Whether its subjects are this application's users, so that `own(…)` may compare them. By default those of the first
   * issuer are, and no others: two issuers may give different people the same `sub`.
   */
  own?: boolean
}

export interface Authority {
  roles: readonly string[]
  permissions: readonly string[]
  note?: string
}

export interface DecisionContext {
  method: string
  /** The caller, where a token was accepted. */
  auth: Identity | undefined
  /** The framework's own request. */
  native: unknown
}

export interface RevocationOptions {
  /** How old the feed may be: '10s', or seconds. */
  staleness?: string | number
  /** What to do beyond that; by default routes with `stepUp` deny and the others allow. */
  onStale?: 'allow' | 'deny'
  /**
   * How to follow the feed: one connection that stays open, or asking again and again; by default the first, and the
   * second where something on the way (a proxy that buffers, a full server) does not let the first work.
   */
  mode?: 'auto' | 'stream' | 'poll'
  /** Seconds between two questions when polling; 0.5 by default. */
  pollInterval?: number
}

/** Reads the caller out of an issuer's claims. */
export interface ClaimMapping {
  username?: (claims: Claims) => string | undefined
  roles?: (claims: Claims) => readonly string[]
  permissions?: (claims: Claims) => readonly string[]
  /** Refuses what is not an access token (an ID token of this issuer): a reason, or undefined. */
  reject?: (claims: Claims) => string | undefined
}

export const issuerOptionNames: Names<IssuerOptions> = {
  issuer: true,
  audience: true,
  jwksUri: true,
  jwks: true,
  publicKey: true,
  secret: true,
  algorithms: true,
  typ: true,
  maxLifetime: true,
  allowInsecureRequests: true,
  claims: true,
  revocation: true,
  own: true,
}

export const guardOptionNames: Names<GuardOptions> = {
  issuer: true,
  issuers: true,
  audience: true,
  jwksUri: true,
  jwks: true,
  publicKey: true,
  secret: true,
  algorithms: true,
  typ: true,
  clockTolerance: true,
  maxLifetime: true,
  clock: true,
  allowInsecureRequests: true,
  cacheBytes: true,
  roles: true,
  permissions: true,
  claims: true,
  authority: true,
  revocation: true,
  onDecision: true,
  problem: true,
  onError: true,
}

export const revocationOptionNames: Names<RevocationOptions> = {
  staleness: true,
  onStale: true,
  mode: true,
  pollInterval: true,
}

export const claimMappingNames: Names<ClaimMapping> = {
  username: true,
  roles: true,
  permissions: true,
  reject: true,
}
