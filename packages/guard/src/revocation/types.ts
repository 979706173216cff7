import type { Claims, MaybePromise } from '../verify/types.ts'

/** Whether a token whose signature and times hold is still good. */
export type Standing = 'good' | 'revoked' | 'stale'

/**
 * What a guard asks on every request, remembered token or not. `stale` means that the answer cannot be known now:
 * `onStale` decides. Synchronous wherever no waiting is needed.
 */
export interface RevocationSource {
  standing(claims: Claims, kid: string | undefined): MaybePromise<Standing>
  /** Ends connections and timers. */
  close(): void
}
