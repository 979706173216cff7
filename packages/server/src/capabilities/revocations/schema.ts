import type { EventType } from '@gatehouse/guard/revocation'
import type { Generated } from 'kysely'

/** Which tokens of whoever is named are bad: all of them, those made before, or none (a key that was published). */
export type Cuts = 'all' | 'older' | 'none'

/** A row of `revocations`. */
export interface RevocationsTable {
  id: string
  /** Its place in the feed; null until it is given one, which happens after its transaction has committed. */
  seq: number | null
  type: EventType
  /** The digest of a session, user, role or key, as the feed carries it. */
  digest: string
  cuts: Cuts
  /** For news of a key: its identifier. */
  kid: string | null
  /** Milliseconds since the epoch. */
  at: number
  /** Seconds since the epoch: no token that it concerns is left after that. */
  expires_at: number
}

/** The one row of `revocation_feed`: the newest place that was given. Whoever gives places holds it locked. */
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
