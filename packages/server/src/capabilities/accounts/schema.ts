/** A row of `users`. Times are milliseconds since the epoch. */
export interface UsersTable {
  id: string
  /** As it is shown, in NFKC. */
  username: string
  /** With its case folded: what a search looks at. */
  username_folded: string
  /** What makes it unique: names that can't be told apart have the same. */
  username_key: string
  email: string | null
  email_key: string | null
  /** When its owner proved that it is theirs; only then is it unique, and a name to sign in with. */
  email_verified_at: number | null
  disabled_at: number | null
  created_at: number
  updated_at: number
}

/** A row of `credentials`. */
export interface CredentialsTable {
  user_id: string
  /** In PHC string format: algorithm, parameters, salt and hash. */
  password_hash: string
  changed_at: number
}

/** A row of `profiles`: what people say about themselves. */
export interface ProfilesTable {
  user_id: string
  display_name: string | null
  bio: string | null
  picture: string | null
  locale: string | null
  /** JSON, for the application to use. */
  data: string
  updated_at: number
}

declare module '../../platform/db/tables.ts' {
  interface Tables {
    users: UsersTable
    credentials: CredentialsTable
    profiles: ProfilesTable
  }
}
