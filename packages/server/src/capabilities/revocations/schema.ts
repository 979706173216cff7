import type { EventType } from '@gatehouse/guard/internal/revocation'
import type { Generated } from 'kysely'

/** Which tokens of the subject are bad: all of them, those made before, or none (a key that was published). */
export type Cuts = 'all' | 'older' | 'none'

/** A row of `revocations`. */
export interface RevocationsTable {
  id: string
  /** Its sequence number; null until it gets one, which happens after its transaction has committed. */
  seq: number | null
  type: EventType
  /** The digest of a session, user, role or key, as the feed carries it. */
  digest: string
  cuts: Cuts
  /** For a change of a key: its identifier. */
  kid: string | null
  /** Milliseconds since the epoch. */
  at: number
  /** Seconds since the epoch: every token that it concerns has expired by then. */
  expires_at: number
}

/** The one row of `revocation_feed`: the newest sequence number, locked while numbers are given. */
export interface RevocationFeedTable {
  id: Generated<number>
  seq: number
}

declare module '../../platform/db/tables.ts' {
  interface Tables {
    revocations: RevocationsTable
    revocation_feed: RevocationFeedTable
  }
}
