import { hashOfCost } from './foreign/likeness.ts'
import { HashPool, type PoolLimits } from './hash-pool.ts'
import type { Argon2Parameters, HashAnswer } from './hash-task.ts'
import type { Lane, PasswordHasher, PasswordScore } from './hasher.ts'

/** OWASP's choice: 19 MiB, two passes, one lane. */
export const argon2Parameters: Argon2Parameters = { memoryKiB: 19_456, passes: 2, parallelism: 1 }

/** zxcvbn takes 70 MB in each thread that loads it, so only one does, while passwords are being chosen. */
const scoring = { workers: 1, restMs: 30_000 }

/** Hashing in a pool of threads; `pending()` returns the number of waiting tasks, for metrics. */
export function createHasher(
  limits: PoolLimits,
  parameters: Argon2Parameters = argon2Parameters,
): PasswordHasher & { pending(): number } {
  const pool = new HashPool(limits)
  const scorers = new HashPool({ ...limits, ...scoring })
  const prefix = `$argon2id$v=19$m=${parameters.memoryKiB},t=${parameters.passes},p=${parameters.parallelism}$`

  async function hash(password: string, lane: string | Lane = ''): Promise<string> {
    return text(await pool.run({ kind: 'hash', password, parameters }, lane))
  }
  async function verify(stored: string, typed: string, lane: string | Lane = ''): Promise<boolean> {
    const check = async (password: string): Promise<boolean> =>
      value(await pool.run({ kind: 'verify', hash: stored, password }, lane)) === true
    const normalised = typed.normalize('NFC')
    if (await check(normalised)) return true
    // other products hash the password as typed
    return typed !== normalised && !stored.startsWith(prefix) && check(typed)
  }
  return {
    hash,
    verify,
    async verifyNothing(password, lane = '', cost = prefix) {
      await verify(hashOfCost(cost), password, lane)
      return false
    },
    needsRehash: (stored) => !stored.startsWith(prefix),
    async score(password, context, lane = '') {
      const score = value(await scorers.run({ kind: 'score', password, context }, lane))
      if (score === 0 || score === 1 || score === 2 || score === 3 || score === 4)
        return score satisfies PasswordScore
      throw new Error('A hashing thread returned no score.')
    },
    pending: () => pool.waiting + scorers.waiting,
    close: async () => void (await Promise.all([pool.close(), scorers.close()])),
  }
}

function value(answer: HashAnswer): string | number | boolean {
  if ('failed' in answer) throw new Error(answer.failed)
  return answer.value
}

function text(answer: HashAnswer): string {
  const got = value(answer)
  if (typeof got !== 'string') throw new Error('A hashing thread returned no hash.')
  return got
}
