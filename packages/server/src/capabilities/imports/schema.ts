/** A row of `imports`: a file, and how far it is imported. Times are milliseconds since the epoch. */
export interface ImportsTable {
  /** SHA-256 of the file, base64url. */
  digest: string
  path: string
  /** JSON of what decides what becomes of a record, so that a later run goes on with the same. */
  options: string
  /** How many of its records are done with. */
  position: number
  imported: number
  /** Users who had been imported before. */
  existing: number
  refused: number
  started_at: number
  finished_at: number | null
}

/** A row of `import_refusals`: a record that was not imported, and why. Never contains what stands in the record. */
export interface ImportRefusalsTable {
  digest: string
  position: number
  line: number
  field: string
  code: string
  detail: string
}

/** A row of `imported_users`: which account somebody from another product has. */
export interface ImportedUsersTable {
  source: string
  foreign_id: string
  user_id: string
  imported_at: number
}

declare module '../../platform/db/tables.ts' {
  interface Tables {
    imports: ImportsTable
    import_refusals: ImportRefusalsTable
    imported_users: ImportedUsersTable
  }
}
