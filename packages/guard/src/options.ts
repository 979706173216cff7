import type { KeyObject } from 'node:crypto'
import type { Names } from './option-names.ts'
import type { Decision, Identity, ProblemDocument } from './policy/types.ts'
import { type Checked, ownOnly, refuseUnknown } from './read-options.ts'
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
  /** The key set itself, or a function that returns the current one (called again for an unknown `kid`). */
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
  /**
   * The values of `acr` that the issuer uses, weakest first: `stepUp({ acr })` accepts its value and those behind it.
   * `['pwd', 'mfa', 'phr']` by default; an unlisted value passes only where it is the one asked for.
   */
  acrOrder?: readonly string[]
  /** How to read the caller from an issuer's claims; presets set it. */
  claims?: ClaimMapping
  /**
   * Looks up the caller's roles and permissions when a rule needs them, instead of reading them from the token. `note` is
   * added to the refusal when they do not suffice.
   */
  authority?: (identity: Identity) => MaybePromise<Authority>
  /** The feed of revoked tokens, your own source, or false for none. */
  revocation?: RevocationOptions | RevocationSource | RevocationFactory | false
  /** Called with every decision, for logs and metrics. What it throws goes to `onError`. */
  onDecision?: (decision: Decision, context: DecisionContext) => void
  /** Adds members to the problem document of a refusal (RFC 9457, section 3.2), e.g. the application's own request id. */
  problem?: (problem: ProblemDocument, native: unknown) => object
  /**
   * Called with internal errors (a rule that threw, keys that could not be fetched, clock skew). By default they go to
   * `console.warn`, where the first token refused for another issuer, audience, algorithm, type or secret is explained, too.
   */
  onError?: (error: unknown, what: string) => void
}

/** One of several issuers. Issuers share nothing: keys, remembered tokens, revocation and claims are each one's own. */
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
   * issuer are, and no others: two issuers may use the same `sub` for different people.
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
  /** What to do with older ones; by default routes with `stepUp` deny and the others allow. */
  onStale?: 'allow' | 'deny'
  /**
   * How to follow the feed: over one connection that stays open (`stream`), or by polling. By default the guard streams, and
   * polls where something on the way (a proxy that buffers, a full server) prevents streaming.
   */
  mode?: 'auto' | 'stream' | 'poll'
  /** Seconds between two polls; 0.5 by default. */
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

const issuerOptionNames: Names<IssuerOptions> = {
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

const guardOptionNames: Names<GuardOptions> = {
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
  acrOrder: true,
  claims: true,
  authority: true,
  revocation: true,
  onDecision: true,
  problem: true,
  onError: true,
}

const revocationOptionNames: Names<RevocationOptions> = {
  staleness: true,
  onStale: true,
  mode: true,
  pollInterval: true,
}

const claimMappingNames: Names<ClaimMapping> = {
  username: true,
  roles: true,
  permissions: true,
  reject: true,
}

/**
 * Reads a guard's options, and from the environment what they leave out.
 *
 * @throws ConfigurationError that names every unknown option, and what was probably meant
 */
export function readGuardOptions(given: GuardOptions): GuardOptions {
  refuseUnknownOptions(given)
  return withEnvironment(ownOnly(given))
}

/** Reports all misspelt options together, nested ones included. */
function refuseUnknownOptions(given: GuardOptions): void {
  const nested = (path: string, options: unknown): Checked[] => {
    if (typeof options !== 'object' || options === null) return []
    const { claims, revocation } = options as IssuerOptions
    const asked = revocation === undefined || revocation === false || typeof revocation === 'function'
    const source = typeof revocation === 'object' && revocation !== null && 'standing' in revocation
    return [
      ...(claims === undefined ? [] : [[`${path}claims.`, claims, claimMappingNames] as const]),
      ...(asked || source ? [] : [[`${path}revocation.`, revocation, revocationOptionNames] as const]),
    ]
  }
  const entries = Array.isArray(given?.issuers) ? (given.issuers as readonly IssuerOptions[]) : []
  refuseUnknown('createGuard', [
    ['', given, guardOptionNames],
    ...nested('', given),
    ...entries.flatMap((entry, at): Checked[] => [
      [`issuers[${at}].`, entry, issuerOptionNames],
      ...nested(`issuers[${at}].`, entry),
    ]),
  ])
}

/** Takes missing options from the environment; given options win. */
function withEnvironment(options: GuardOptions): GuardOptions {
  if (options.secret !== undefined) return options
  const named = options.issuer !== undefined || options.issuers !== undefined
  const issuer = named ? undefined : fromEnvironment('GATEHOUSE_ISSUER')
  const audience = options.audience === undefined ? fromEnvironment('GATEHOUSE_AUDIENCE') : undefined
  if (issuer !== undefined) options.issuer = issuer
  if (audience !== undefined) options.audience = audience
  return options
}

function fromEnvironment(name: string): string | undefined {
  const value = process.env[name]
  return value === undefined || value === '' ? undefined : value
}
