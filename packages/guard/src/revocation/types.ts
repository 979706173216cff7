import type { Claims, MaybePromise, Verifier } from '../verify/types.ts'

/** Whether a token with a valid signature and valid times is still good. */
export type Standing = 'good' | 'revoked' | 'stale'

/**
 * Queried on every request, also for cached tokens. `stale` means that the answer is unknown now: `onStale` decides.
 * Synchronous whenever possible.
 */
export interface RevocationSource {
  /**
   * `kid` names the key that verified the signature; `token` is the token itself, which only a source that asks the
   * issuer (`introspection`) needs.
   */
  standing(claims: Claims, kid: string | undefined, token?: string): MaybePromise<Standing>
  /** Ends connections and timers. */
  close(): void
}

/** Makes a source that also reports keys: it calls `dropKey` and `refreshKeys` when one is dropped or published. */
export type RevocationFactory = (keys: Pick<Verifier, 'dropKey' | 'refreshKeys'>) => RevocationSource
