import type { Claims, MaybePromise, Verifier } from '../verify/types.ts'
import { Feed } from './feed.ts'
import { Follower } from './follow.ts'
import { Judge } from './judge.ts'
import type { RevocationSource, Standing } from './types.ts'
import type { Change } from './wire.ts'

export interface FeedSourceOptions {
  /** The issuer whose feed to follow; its metadata says where it is. */
  readonly issuer: string
  /** Called when keys were added or dropped. */
  readonly keys: Pick<Verifier, 'dropKey' | 'refreshKeys'>
  /** Milliseconds after which the feed counts as stale. */
  readonly staleness: number
  /** Whether a feed is required; if not, an issuer without one is accepted. */
  readonly required: boolean
  readonly mode?: 'auto' | 'stream' | 'poll'
  /** Milliseconds. */
  readonly pollInterval?: number
  readonly allowInsecureRequests?: boolean
  /** Seconds since the epoch. */
  readonly now?: () => number
  /** Milliseconds of a clock that only goes forward. */
  readonly monotonic?: () => number
  readonly onError: (error: unknown, what: string) => void
}

/** Milliseconds that requests wait for the first snapshot, counted from the first of them. */
const patience = 2000

/**
 * Follows an issuer's revocation feed, beginning with the first question. Answers come from memory: no request causes a
 * call to the issuer.
 */
export class FeedSource implements RevocationSource {
  readonly #options: FeedSourceOptions
  readonly #feed: Feed
  readonly #judge: Judge
  readonly #follower: Follower
  #state: 'idle' | 'following' | 'none' = 'idle'
  #waitUntil = 0
  #settled: (() => void) | undefined
  #first: Promise<void> | undefined
  #toldOfFailure = false

  constructor(options: FeedSourceOptions) {
    this.#options = options
    this.#feed = new Feed({
      now: options.now ?? (() => Date.now() / 1000),
      monotonic: options.monotonic ?? (() => performance.now()),
    })
    this.#judge = new Judge(this.#feed.set)
    this.#follower = new Follower(this.#feed, {
      issuer: options.issuer,
      allowInsecureRequests: options.allowInsecureRequests ?? false,
      mode: options.mode ?? 'auto',
      pollInterval: options.pollInterval ?? 500,
      onChange: (change) => this.#heard(change),
      onSnapshot: (replaced) => {
        // a key may have changed in the meantime
        if (replaced) this.#refreshKeys()
      },
      onNone: () => this.#hasNone(),
      onFailure: (error) => this.#failed(error),
      onProgress: () => this.#progressed(),
    })
  }

  standing(claims: Claims, kid: string | undefined): MaybePromise<Standing> {
    if (this.#state === 'none') return this.#options.required ? 'stale' : 'good'
    if (kid !== undefined && this.#judge.isKeyRevoked(kid)) {
      this.#options.keys.dropKey(kid)
      return 'revoked'
    }
    if (this.#judge.isRevoked(claims)) return 'revoked'
    if (this.#feed.age <= this.#options.staleness) return 'good'
    if (this.#feed.isLoaded) return 'stale'
    return this.#awaitFirst(claims, kid)
  }

  /** Milliseconds since the feed was known to be complete; infinite before the first time. */
  get age(): number {
    return this.#feed.age
  }

  /** How many revocations are kept. */
  get size(): number {
    return this.#feed.set.size
  }

  /** Starts following the feed; so does the first question. */
  start(): void {
    if (this.#state !== 'idle') return
    this.#state = 'following'
    this.#waitUntil = this.#feed.clocks.monotonic() + patience
    this.#first = new Promise((resolve) => {
      this.#settled = resolve
    })
    this.#follower
      .run()
      .catch((error: unknown) => this.#options.onError(error, 'the revocation feed is not followed any more'))
  }

  close(): void {
    this.#follower.stop()
    this.#settled?.()
  }

  /** Requests that arrive before the first snapshot wait for it, for a limited time; later ones never wait. */
  #awaitFirst(claims: Claims, kid: string | undefined): MaybePromise<Standing> {
    this.start()
    const left = this.#waitUntil - this.#feed.clocks.monotonic()
    if (left <= 0) return 'stale'
    return new Promise<void>((resolve, reject) => {
      // this timer keeps the process alive on purpose: a request waits for it
      const timer = setTimeout(resolve, left)
      this.#first?.then(() => {
        clearTimeout(timer)
        resolve()
      }, reject)
    }).then(() => {
      if (this.#state !== 'none' && !this.#feed.isLoaded) return 'stale'
      return this.standing(claims, kid)
    })
  }

  #heard({ type, kid }: Change): void {
    if (kid === undefined) return
    if (type === 'key-revoked') {
      this.#options.keys.dropKey(kid)
      this.#follower.forgetKeys()
    }
    this.#refreshKeys()
  }

  #refreshKeys(): void {
    this.#options.keys
      .refreshKeys()
      .catch((error: unknown) =>
        this.#options.onError(error, 'the keys that the feed announced could not be fetched'),
      )
  }

  #hasNone(): void {
    this.#state = 'none'
    this.#settled?.()
    if (!this.#options.required) return
    this.#options.onError(new Error('The issuer announces no revocation feed.'), 'revocation')
  }

  #progressed(): void {
    this.#toldOfFailure = false
    this.#settled?.()
  }

  /** Reports an interruption once, not on every failed attempt. */
  #failed(error: unknown): void {
    if (this.#toldOfFailure) return
    this.#toldOfFailure = true
    this.#options.onError(error, 'the revocation feed was interrupted')
  }
}
