/** How much of a limit is left to one caller. */
export interface RateLimit {
  /** The name of the limit: lower case and dashes. */
  readonly name: string
  /** Attempts within `seconds`. */
  readonly quota: number
  readonly seconds: number
  readonly remaining: number
  /** Milliseconds until all of them are there again. */
  readonly resetMs: number
}

/** The headers that tell a client of a limit (draft-ietf-httpapi-ratelimit-headers-10). */
export function rateLimitHeaders({ name, quota, seconds, remaining, resetMs }: RateLimit): {
  RateLimit: string
  'RateLimit-Policy': string
} {
  return {
    RateLimit: `"${name}";r=${Math.max(0, remaining)};t=${Math.max(0, Math.ceil(resetMs / 1000))}`,
    'RateLimit-Policy': `"${name}";q=${quota};w=${seconds}`,
  }
}
