import type { Config } from '../config.ts'
import type { PasswordHasher } from './crypto/hasher.ts'
import type { Sealer } from './crypto/sealer.ts'
import type { Executor } from './db/executor.ts'
import type { Instance } from './instance.ts'
import type { Logger } from './log.ts'
import type { Metrics } from './metrics.ts'
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
  note(event: SecurityEvent): void
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
 * What services work with. `db` is the pool or, inside `inTransaction`, the transaction: services pass their context
 * on, so that one use case is one transaction.
 */
export interface Context {
  readonly db: Executor
  /** What lives as long as the process. */
  readonly instance: Instance<Context>
  readonly config: Config
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

/** Who asks a service for something: the system (commands and jobs, which may do everything), a user or a client. */
export type Actor = { readonly kind: 'system' } | UserActor | ClientActor

/** A user, by a session. */
export interface UserActor extends Power {
  readonly kind: 'user'
  readonly id: string
  readonly session: string
  /** When the user signed in; milliseconds since the epoch. */
  readonly authTime: number
  /** The only permissions that count here; no limit if absent. */
  readonly ceiling?: readonly string[] | undefined
}

/** An OAuth client that acts for itself. It is nobody's own: what it may do, its permissions say. */
export interface ClientActor extends Power {
  readonly kind: 'client'
  readonly id: string
  /** The id of its grant. */
  readonly grant: string
  readonly ceiling: readonly string[]
}

interface Power {
  /** Whether the token is for this server alone: only then does any permission count. */
  readonly mayUsePower: boolean
}
