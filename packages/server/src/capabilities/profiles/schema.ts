/** A row of `profiles`. An account without a row has an empty profile. */
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
    profiles: ProfilesTable
  }
}
