/** A row of `invitations`. Times are milliseconds since the epoch. */
export interface InvitationsTable {
  id: string
  email: string
  email_key: string
  /** The names of the roles, sorted, with commas between them. */
  roles: string
  /** The id of a user, or `system`. */
  invited_by: string
  created_at: number
  expires_at: number
  accepted_at: number | null
  /** The id of the account that was created. */
  accepted_by: string | null
  revoked_at: number | null
}

declare module '../../platform/db/tables.ts' {
  interface Tables {
    invitations: InvitationsTable
  }
}

declare module '../challenges/purposes.ts' {
  interface ChallengePayloads {
    /** The subject is the invitation's id; everything else is in its row. */
    invitation: Record<string, never>
  }
}
