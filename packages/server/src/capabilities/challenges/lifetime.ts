import type { ChallengeRow } from './store.ts'

/**
 * How far the clocks of instances may differ, in milliseconds. A challenge from further in the future means that the clock
 * was set back since, and then it ends: going on would make its life longer.
 */
export const clockDifference = 120_000

/** Whether a challenge is within its time. */
export function isCurrent({ created_at, expires_at }: ChallengeRow, now: number): boolean {
  return created_at <= now + clockDifference && now < expires_at
}
