/**
 * What each purpose keeps in its challenges, sealed. The capability that uses a purpose adds it:
 *
 * ```ts
 * declare module '../challenges/purposes.ts' {
 *   interface ChallengePayloads { 'verify-email': { email: string } }
 * }
 * ```
 */
// biome-ignore lint/suspicious/noEmptyInterface: capabilities fill it in, as they do `Tables`
export interface ChallengePayloads {}

/** What a challenge is good for; it is never accepted for anything else. */
export type ChallengePurpose = keyof ChallengePayloads & string
