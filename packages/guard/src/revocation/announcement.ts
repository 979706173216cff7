import { metadataAddresses } from '../verify/discovery.ts'
import { fetchJson, secureUrl } from '../verify/fetch-json.ts'
import { importKeySet, isJwks } from '../verify/key-set.ts'
import { type FeedAlgorithm, type FeedKey, type FeedKeyFinder, feedMetadata } from './wire.ts'

/** The address of an issuer's feed, and the keys that sign it. */
export interface Announcement {
  readonly endpoint: URL
  readonly jwksUri: URL
}

/**
 * Finds the feed in the issuer's metadata (RFC 8414, OpenID Connect Discovery); undefined when there is none.
 *
 * @throws Error when the metadata cannot be fetched
 */
export async function readAnnouncement(
  issuer: string,
  allowInsecureRequests: boolean,
  cancel: AbortSignal,
): Promise<Announcement | undefined> {
  const failures: unknown[] = []
  for (const address of metadataAddresses(issuer)) {
    try {
      const metadata = await fetchJson(address, cancel)
      const { issuer: named, [feedMetadata.endpoint]: endpoint, [feedMetadata.jwksUri]: jwksUri } = metadata
      if (named !== issuer) throw new Error(`${address.href} is the metadata of another issuer.`)
      if (endpoint === undefined) return undefined
      return { endpoint: read(endpoint, address), jwksUri: read(jwksUri, address) }
    } catch (error) {
      failures.push(error)
    }
  }
  throw new AggregateError(
    failures,
    failures.map((error) => (error instanceof Error ? error.message : '')).join(' '),
  )

  function read(value: unknown, address: URL): URL {
    if (typeof value !== 'string')
      throw new Error(`${address.href} announces a feed without its address or keys.`)
    const url = secureUrl(value, allowInsecureRequests)
    if (address.protocol === 'https:' && url.protocol !== 'https:') throw new Error('The feed is not https.')
    return url
  }
}

const feedAlgorithms: readonly FeedAlgorithm[] = ['ES256', 'EdDSA', 'RS256']

/** Milliseconds between fetches caused by unknown keys, and after which keys are refetched in any case. */
const [unknownInterval, freshFor] = [1000, 300_000]

/** The keys that sign an issuer's feed: a separate key set, so that none of them is ever accepted for a token. */
export class FeedKeys {
  readonly #load: () => Promise<unknown>
  readonly #monotonic: () => number
  #keys = new Map<string, FeedKey>()
  #fetchedAt = Number.NEGATIVE_INFINITY
  #fetching: Promise<void> | undefined

  constructor(load: () => Promise<unknown>, monotonic: () => number) {
    this.#load = load
    this.#monotonic = monotonic
  }

  static at(jwksUri: URL, monotonic: () => number, cancel: AbortSignal): FeedKeys {
    return new FeedKeys(() => fetchJson(jwksUri, cancel), monotonic)
  }

  /** Finds a key; an unknown one causes a fetch, at most once a second. */
  readonly find: FeedKeyFinder = (kid) => {
    const known = this.#keys.get(kid)
    const age = this.#monotonic() - this.#fetchedAt
    if (known !== undefined ? age < freshFor : age < unknownInterval) return known
    return this.#refresh().then(() => this.#keys.get(kid))
  }

  /** Forces a fetch before the next use of a key (one was dropped, or the connection is new). */
  forget(): void {
    this.#keys.clear()
    this.#fetchedAt = Number.NEGATIVE_INFINITY
  }

  #refresh(): Promise<void> {
    this.#fetching ??= this.#fetch().finally(() => {
      this.#fetching = undefined
    })
    return this.#fetching
  }

  async #fetch(): Promise<void> {
    this.#fetchedAt = this.#monotonic()
    const jwks = await this.#load()
    if (!isJwks(jwks)) throw new Error('The feed keys are not a key set.')
    const keys = new Map<string, FeedKey>()
    for (const { kid, algorithms, object } of importKeySet(jwks, feedAlgorithms, ignoreUnsafe)) {
      const alg = feedAlgorithms.find((name) => algorithms.has(name))
      if (kid !== undefined && alg !== undefined) keys.set(kid, { alg, key: object })
    }
    this.#keys = keys
  }
}

/** An unsafe key is ignored; the rejection of what it signed is what gets reported. */
function ignoreUnsafe(): void {}
