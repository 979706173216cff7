import { ConfigurationError, TokenError } from './errors.ts'
import type { ClaimMapping, GuardOptions, IssuerOptions } from './options.ts'
import { ownOnly } from './read-options.ts'
import { configureRevocation } from './revocation/settings.ts'
import type { RevocationSource } from './revocation/types.ts'
import { decodeBase64url, splitCompact } from './verify/compact.ts'
import { parseJsonObject } from './verify/json.ts'
import { defaultCacheBytes } from './verify/settings.ts'
import type { Claims, MaybePromise, VerifiedToken, Verifier } from './verify/types.ts'
import { createVerifier } from './verify/verifier.ts'

/** One issuer whose tokens a guard accepts, with everything that counts for its tokens alone. */
export interface Issuer {
  readonly verifier: Verifier
  readonly claims: ClaimMapping | undefined
  readonly revocation: RevocationSource | undefined
  readonly onStale: 'allow' | 'deny' | undefined
  /** Whether its subjects are this application's users, so that `own` may compare them. */
  readonly own: boolean
}

/** What an issuer is made of; only a guard of one issuer can do without its name. */
type Entry = Partial<IssuerOptions>

/**
 * The issuers of a guard. A token is verified by the one that it names (`iss`) and by no other, with that one's keys,
 * audience and type; what was remembered of one is not looked up for another, as each remembers for itself.
 */
export class Issuers {
  readonly #all: readonly Issuer[]
  readonly #byName: ReadonlyMap<unknown, Issuer>
  /** The only one: its tokens need not be looked into to know whose they are. */
  readonly #sole: Issuer | undefined

  /** @throws ConfigurationError */
  constructor(options: GuardOptions) {
    const entries = entriesOf(options)
    const made = entries.map((entry, at) => makeIssuer(entry, at, entries.length, options))
    this.#all = made
    this.#byName = new Map(made.map((issuer, at) => [entries[at]?.issuer, issuer]))
    this.#sole = made.length === 1 ? made[0] : undefined
  }

  /**
   * Verifies a token, synchronously where nothing has to be waited for.
   *
   * @throws TokenError, UnavailableError; the returned promise rejects with the same
   */
  verify(token: string): MaybePromise<VerifiedToken> {
    return this.#sole === undefined ? this.#verifyNamed(token) : this.#sole.verifier.verify(token)
  }

  /** The issuer whose verified token has these claims. */
  of(claims: Claims): Issuer {
    const issuer = this.#sole ?? this.#byName.get(claims.iss)
    if (issuer === undefined) throw new TokenError('token_issuer')
    return issuer
  }

  close(): void {
    for (const source of new Set(this.#all.map(({ revocation }) => revocation))) source?.close()
    for (const { verifier } of this.#all) verifier.close()
  }

  #verifyNamed(token: string): MaybePromise<VerifiedToken> {
    for (const { verifier } of this.#all) {
      const known = verifier.recall(token)
      if (known !== undefined) return known
    }
    // nothing in here is trusted: it only names the issuer whose keys must verify it
    const payload = decodeBase64url(splitCompact(token).payload)
    const claims = payload && parseJsonObject(payload)
    if (claims === undefined) throw new TokenError('token_malformed')
    const issuer = this.#byName.get(claims['iss'])
    if (issuer === undefined) throw new TokenError('token_issuer')
    return issuer.verifier.verify(token)
  }
}

function makeIssuer(entry: Entry, at: number, count: number, guard: GuardOptions): Issuer {
  const { clock, clockTolerance, cacheBytes = defaultCacheBytes, onError } = guard
  const several = count > 1
  const shared = {
    ...(clock === undefined ? {} : { clock }),
    ...(clockTolerance === undefined ? {} : { clockTolerance }),
    cacheBytes: several && typeof cacheBytes === 'number' ? cacheBytes / count : cacheBytes,
    ...(onError === undefined ? {} : { onError: several ? naming(onError, entry.issuer) : onError }),
  }
  try {
    const options = Object.assign(ownOnly(entry), shared)
    const verifier = createVerifier(options)
    const { source, onStale } = configureRevocation(options, verifier)
    const claims = entry.claims === undefined ? undefined : ownOnly(entry.claims)
    return { verifier, claims, revocation: source, onStale, own: readOwn(entry.own, at) }
  } catch (error) {
    if (!several || !(error instanceof ConfigurationError)) throw error
    throw new ConfigurationError(`issuer ${entry.issuer ?? at}: ${error.message}`, { cause: error })
  }
}

function readOwn(own: unknown, at: number): boolean {
  if (own === undefined) return at === 0
  if (typeof own !== 'boolean') throw new ConfigurationError('own is neither true nor false.')
  return own
}

const naming =
  (onError: NonNullable<GuardOptions['onError']>, issuer: string | undefined) =>
  (error: unknown, what: string): void =>
    onError(error, `${issuer}: ${what}`)

const keyOptions = ['jwksUri', 'jwks', 'publicKey', 'secret'] as const
/** What an entry of `issuers` takes from the guard's options where it says nothing itself. */
const inherited = [
  'audience',
  'algorithms',
  'typ',
  'maxLifetime',
  'allowInsecureRequests',
  'claims',
  'revocation',
] as const

/** Each issuer with its options, whichever of the three ways they were written in. */
function entriesOf(options: GuardOptions): readonly Entry[] {
  const { issuer, issuers } = options
  if (issuers !== undefined) {
    if (issuer !== undefined)
      throw new ConfigurationError('issuer and issuers: only one of them can be given.')
    if (!Array.isArray(issuers) || issuers.length === 0) {
      throw new ConfigurationError('issuers is not a list of at least one issuer.')
    }
    return severalOf(options, issuers as readonly IssuerOptions[])
  }
  if (typeof issuer === 'object' && issuer !== null) {
    if (!Array.isArray(issuer) || issuer.length === 0) {
      throw new ConfigurationError('issuer is neither a non-empty string nor a list of them.')
    }
    const names = issuer as readonly string[]
    if (names.length > 1)
      return severalOf(
        options,
        names.map((name) => ({ issuer: name })),
      )
    return [pick(options, { issuer: names[0] as string }, [...keyOptions, ...inherited])]
  }
  return [pick(options, issuer === undefined ? {} : { issuer }, [...keyOptions, ...inherited])]
}

function severalOf(options: GuardOptions, given: readonly IssuerOptions[]): Entry[] {
  const keys = keyOptions.filter((name) => options[name] !== undefined)
  if (keys.length > 0) {
    throw new ConfigurationError(
      `${keys.join(' and ')}: keys belong to one issuer; set them for each entry of \`issuers\`.`,
    )
  }
  const { revocation } = options
  if (typeof revocation === 'function' || (typeof revocation === 'object' && 'standing' in revocation)) {
    throw new ConfigurationError(
      'revocation: a source belongs to one issuer; set one for each entry of `issuers`.',
    )
  }
  const seen = new Set<string>()
  for (const { issuer } of given) {
    if (typeof issuer !== 'string' || issuer === '') {
      throw new ConfigurationError('issuers: each needs its name, a non-empty string.')
    }
    if (seen.has(issuer)) throw new ConfigurationError(`issuers: ${issuer} is there twice.`)
    seen.add(issuer)
  }
  return given.map((entry) => pick(options, entry, inherited))
}

/** An entry, with what it leaves out taken from the guard's options. */
function pick(
  options: GuardOptions,
  entry: Entry,
  names: readonly (keyof Entry & keyof GuardOptions)[],
): Entry {
  const own = Object.entries(entry).filter(([, value]) => value !== undefined)
  const taken = names.map((name) => [name, options[name]] as const).filter(([, value]) => value !== undefined)
  return ownOnly(Object.fromEntries([...taken, ...own]) as Entry)
}
