/** A row of `audit_events`: something that was done, once, or refusals that have everything but their times in common. */
export interface AuditEventsTable {
  id: string
  /** Milliseconds since the epoch; of the first, where there were several. */
  at: number
  /** A user's id, `system` for the command line and the server itself, `anonymous` where nobody proved who they are. */
  actor: string
  /** What happened, e.g. `user.updated`. */
  action: string
  /** Whom or what it happened to: an id, a role's name. */
  target: string | null
  /** JSON; never a secret, a token, an e-mail address or a name that no account has. */
  detail: string
  /** The network address that it came from; the /64 for refusals over IPv6. */
  address: string | null
  /** Cleaned and cut; what the first one said, where there were several. */
  user_agent: string | null
  /** How many there were. */
  count: number
  /** When the last of several happened; null for one. */
  last_at: number | null
  /** The quarter of an hour in which refusals are counted together, and what those of this row share. */
  period: number | null
  tally_key: string | null
}

declare module '../../platform/db/tables.ts' {
  interface Tables {
    audit_events: AuditEventsTable
  }
}
