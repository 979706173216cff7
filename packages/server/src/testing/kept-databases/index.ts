import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The secret and the password in every kept database (made by testing/keep-database.ts). */
export const keptSecret = 'the secret of databases that are kept for tests'
export const keptPassword = 'staple-horse-battery-9'

/** The contents of a kept database: its users, and tokens that were valid when it was made. */
export interface KeptDatabase {
  /** Milliseconds since the epoch. */
  readonly made_at: number
  /** Of ana, an administrator. */
  readonly access_token: string
  readonly refresh_token: string
  /** Of ben, who signed out. */
  readonly signed_out_token: string
  readonly signed_out_refresh_token: string
  /** Ids by username: ana (admin), ben (editor), cyd (member with an address and a profile), dora (disabled). */
  readonly users: Readonly<Record<'ana' | 'ben' | 'cyd' | 'dora', string>>
}

/** The folders of the versions that have a kept database. */
export const keptFolder: string = fileURLToPath(new URL('.', import.meta.url))
export const keptVersions: readonly string[] = readdirSync(keptFolder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
