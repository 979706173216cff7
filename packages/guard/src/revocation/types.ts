import type { Claims, MaybePromise, Verifier } from '../verify/types.ts'

/** Whether a token whose signature and times hold is still good. */
export type Standing = 'good' | 'revoked' | 'stale'

/**
 * What a guard asks on every request, remembered token or not. `stale` means that the answer cannot be known now:
 * `onStale` decides. Synchronous wherever no waiting is needed.
 */
export interface RevocationSource {
  /**
   * `kid` is the key that the signature was checked with; `token` the token itself, which only a source that asks
   * the issuer (`introspection`) needs.
   */
  standing(claims: Claims, kid: string | undefined, token?: string): MaybePromise<Standing>
  /** Ends connections and timers. */
  close(): void
}

/** Makes a source that also reports keys: it calls `dropKey` and `refreshKeys` when one is dropped or published. */
export type RevocationFactory = (keys: Pick<Verifier, 'dropKey' | 'refreshKeys'>) => RevocationSource
