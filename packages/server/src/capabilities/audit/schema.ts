/** A row of `audit_events`. Rows are only ever added. */
export interface AuditEventsTable {
  id: string
  /** Milliseconds since the epoch. */
  at: number
  /** A user's id, or `system` for the command line and the server itself. */
  actor: string
  /** What happened, e.g. `user.disabled`. */
  action: string
  /** Whom or what it happened to: an id, a role's name. */
  target: string | null
  /** JSON; never a secret, a token or an address. */
  detail: string
}

declare module '../../platform/db/tables.ts' {
  interface Tables {
    audit_events: AuditEventsTable
  }
}
