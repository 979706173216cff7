/** A row of `audit_events`: one event, or refusals that differ only in their times. */
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
  /** JSON; never a secret, a token, an e-mail address or a name that no account has. */
  detail: string
  /** The network address that it came from; the /64 for refusals over IPv6. */
  address: string | null
  /** Cleaned and shortened; of the first of several. */
  user_agent: string | null
  /** How many there were. */
  count: number
  /** When the last of several happened; otherwise null. */
  last_at: number | null
  /** The quarter of an hour in which refusals are counted together, and the key that they share. */
  period: number | null
  tally_key: string | null
}

declare module '../../platform/db/tables.ts' {
  interface Tables {
    audit_events: AuditEventsTable
  }
}
