const [first, longest] = [5_000, 15 * 60_000]

/** After so many attempts, which take about a day, a message is given up. */
export const mostAttempts = 100

/** Milliseconds until the next attempt, after so many: 5 s, 10 s, 20 s, … 15 minutes. */
export const retryAfter = (attempts: number): number => Math.min(longest, first * 2 ** (attempts - 1))

/** No attempt is put off further. */
export const farthestRetry = longest
