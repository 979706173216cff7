import type { PasswordHasher } from './crypto/hasher.ts'
import type { Sealer } from './crypto/sealer.ts'
import type { Executor } from './db/executor.ts'
import type { Logger } from './log.ts'
import type { Metrics } from './metrics.ts'
import type { RateLimit } from './rate-limit.ts'
import type { Throttles } from './throttles.ts'
import type { WaitingRoom } from './waiting-room.ts'

/** The time, in whole milliseconds since the epoch. Injected, so that tests control it. */
export interface Clock {
  now(): number
}

/** Where a request came from, and how to add an event to its log line. */
export interface Caller {
  /** The caller's address, as reported by the trusted proxies; `unknown` where there is none. */
  readonly address: string
  readonly userAgent: string | undefined
  /** What languages the caller's browser asks for. */
  readonly acceptLanguage?: string | undefined
  note(event: SecurityEvent): void
  /** Tells the caller how much of a limit is left, in headers. */
  limited?(limit: RateLimit): void
}

/** What a request's log line says besides the answer, for alerts. */
export interface SecurityEvent {
  /** The name of the audit event, e.g. `sign_in.failed`. */
  readonly event: string
  /** The account concerned, or null. Never a name that was typed. */
  readonly userId: string | null
  readonly level: 'info' | 'warn'
}

/**
 * The parts of a context that the platform provides. `db` is the pool or, inside `inTransaction`, the transaction: services pass their context
 * on, so that one use case is one transaction.
 */
export interface PlatformContext {
  readonly db: Executor
  readonly clock: Clock
  readonly log: Logger
  readonly metrics: Metrics
  readonly sealer: Sealer
  readonly hasher: PasswordHasher
  readonly throttles: Throttles
  /** The caller of the current request; absent in commands and jobs. */
  readonly caller?: Caller
  /** Where throttled attempts wait. */
  readonly waitingRoom: WaitingRoom
  /** Runs `effect` once the transaction has committed (at once outside of one). */
  afterCommit(effect: () => void): void
}
