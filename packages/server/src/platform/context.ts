import type { Config } from '../config.ts'
import type { PasswordHasher } from './crypto/hasher.ts'
import type { Sealer } from './crypto/sealer.ts'
import type { Executor } from './db/executor.ts'
import type { Logger } from './log.ts'
import type { Metrics } from './metrics.ts'
import type { Throttles } from './throttles.ts'

/** The time, as whole milliseconds since the epoch. Injected, so that tests hold it. */
export interface Clock {
  now(): number
}

/**
 * What a service works with. `db` is the pool or, inside `inTransaction`, the transaction: a service hands its
 * context on, so that one use case is one transaction.
 */
export interface Context {
  readonly db: Executor
  readonly config: Config
  readonly clock: Clock
  readonly log: Logger
  readonly metrics: Metrics
  readonly sealer: Sealer
  readonly hasher: PasswordHasher
  readonly throttles: Throttles
  /** Runs `effect` once the transaction has committed (at once outside of one). */
  afterCommit(effect: () => void): void
}

/** Who asks a service for something. The CLI's is the system, which may do everything. */
export type Actor =
  | { readonly kind: 'system' }
  | {
      readonly kind: 'user'
      readonly id: string
      readonly session: string /** ms */
      readonly authTime: number
      readonly mayUsePower: boolean
    }
