import type { Config } from '../../config.ts'
import type { KeyRow } from './store.ts'

/** Seconds for which others may keep our key set: a new key is published this long before it signs. */
export const keySetMaxAge = 300

/** Milliseconds for which an instance goes on with the keys that it has read. */
export const ringMaxAge = 5_000

/** Seconds by which the clock of an API may be behind, at most (the guard allows no more). */
const largestClockTolerance = 120

/** Milliseconds between a key's publication and its first signature, so that nobody meets a key they can't know. */
export const overlap = keySetMaxAge * 1000 + ringMaxAge

/** When the last token signed by a key that signs until `signsUntil` has ended everywhere; milliseconds. */
export function publishedUntil(config: Config, signsUntil: number): number {
  return signsUntil + ringMaxAge + (config.accessTokenLifetime + largestClockTolerance) * 1000
}

export type KeyState = 'upcoming' | 'signing' | 'published' | 'retired' | 'revoked'

/** Where a key is in its life at `now`. */
export function keyState(row: KeyRow, now: number): KeyState {
  if (row.revoked_at !== null) return 'revoked'
  if (row.signs_from > now) return 'upcoming'
  if (row.signs_until === null || row.signs_until > now) return 'signing'
  return row.published_until === null || row.published_until > now ? 'published' : 'retired'
}
