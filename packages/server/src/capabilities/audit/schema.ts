/**
 * A row of `audit_events`: one event, or refusals that differ only in their times. What can be traced to a person stands
 * in `address`, `user_agent` and `names` until the row is chained, a moment later, and in `audit_details` from then on.
 */
export interface AuditEventsTable {
  id: string
  /** Milliseconds since the epoch; of the first of several. */
  at: number
  /** A user's id, `system` for the command line and the server itself, `anonymous` for an unauthenticated caller. */
  actor: string
  /** What happened, e.g. `user.updated`. */
  action: string
  /** The target: an id, a role's name. */
  target: string | null
  /** JSON; never a secret, a token, an e-mail address or a person's name. */
  detail: string
  /** The grant that the actor used: a session's or a client's id. */
  grant_id: string | null
  /** The network address that it came from; the /64 for refusals over IPv6. */
  address: string | null
  /** Cleaned and shortened; of the first of several. */
  user_agent: string | null
  /** JSON: names of the target, such as that of a deleted user. */
  names: string | null
  /** How many there were. */
  count: number
  /** When the last of several happened; otherwise null. */
  last_at: number | null
  /** The quarter of an hour in which refusals are counted together, and the key that they share; null once chained. */
  period: number | null
  tally_key: string | null
  /** The place in the chain, from 1 without gaps; null until chained. */
  sequence: number | null
  /** The digest of the entry before; null for the first of all. */
  previous: string | null
  /** Covers the entry and the digest of the one before; `entry.ts` says how. */
  digest: string | null
  /** The digest of the row of `audit_details` with that kind. */
  origin_digest: string | null
  names_digest: string | null
}

export type DetailsKind = 'origin' | 'names'

/** A row of `audit_details`: what can be traced to a person, and can be erased without breaking the chain. */
export interface AuditDetailsTable {
  event_id: string
  kind: DetailsKind
  /** Whom it is about: who acted, or was acted on. */
  user_id: string | null
  /** Random, so that what was erased cannot be guessed from its digest. */
  salt: string
  /** JSON. */
  content: string
}

/** The one row of `audit_chain`: the newest entry of the chain. Its lock is held by whoever adds to the chain. */
export interface AuditChainTable {
  id: 1
  sequence: number
  digest: string | null
}

/** What a checkpoint says: that the chain was so at a time, or that it was cut off up to there because that was old. */
export type CheckpointKind = 'state' | 'cut'

/** A row of `audit_checkpoints`. */
export interface AuditCheckpointsTable {
  id: string
  kind: CheckpointKind
  sequence: number
  /** Milliseconds since the epoch. */
  at: number
  /** A JWS in compact form (RFC 7515). */
  signed: string
}

declare module '../../platform/db/tables.ts' {
  interface Tables {
    audit_events: AuditEventsTable
    audit_details: AuditDetailsTable
    audit_chain: AuditChainTable
    audit_checkpoints: AuditCheckpointsTable
  }
}
