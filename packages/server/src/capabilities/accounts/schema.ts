/** A row of `users`. Times are milliseconds since the epoch. */
export interface UsersTable {
  id: string
  /** As it is shown, in NFKC. */
  username: string
  /** With its case folded: what a search looks at. */
  username_folded: string
  /** What makes it unique: names that look alike share it. */
  username_key: string
  email: string | null
  email_key: string | null
  /** When its owner verified it; only then is it unique and can be signed in with. */
  email_verified_at: number | null
  /** The address that takes the place of a verified one once it is verified itself. */
  pending_email: string | null
  disabled_at: number | null
  created_at: number
  updated_at: number
}

declare module '../../platform/db/tables.ts' {
  interface Tables {
    users: UsersTable
  }
}
