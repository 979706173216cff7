import { randomBytes } from 'node:crypto'
import { chmodSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { requirePrivateFolder, secretFile } from '../platform/data-folder.ts'
import type { ConfigProblem } from './setting.ts'
import type { CoreSettings } from './settings.ts'

export interface Secrets {
  readonly secret: Uint8Array
  readonly oldSecret: Uint8Array | undefined
  /** The shared secret of the shared-secret profile. */
  readonly jwtSecret: Uint8Array | undefined
}

/** The secrets, made and kept beside the SQLite file where none is given. */
export function readSecrets(settings: CoreSettings, problems: ConfigProblem[]): Secrets {
  const { secret, oldSecret, jwtSecret, dataDir, databaseUrl } = settings
  const rest = { oldSecret, jwtSecret }
  try {
    if (databaseUrl === undefined) {
      mkdirSync(dataDir, { recursive: true, mode: 0o700 })
      // before anything in it is believed: whoever may write there could have put a secret of theirs in it
      requirePrivateFolder(dataDir)
    }
    return { secret: secret ?? keptSecret(dataDir), ...rest }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    problems.push({ setting: 'GATEHOUSE_DATA_DIR', problem: `cannot be used: ${reason}` })
    return { secret: new Uint8Array(), ...rest }
  }
}

/** Reads the secret kept in the folder, or makes one, readable by this user alone. */
function keptSecret(folder: string): Uint8Array {
  const path = join(folder, secretFile)
  // a name of its own: a draft that a crash left behind may be readable by others, and stays so while it is written
  const draft = join(folder, `${secretFile}.${randomBytes(8).toString('hex')}`)
  // Written beside and linked into place: two processes that start together agree on one, and none reads half of it.
  try {
    writeFileSync(draft, randomBytes(32).toString('base64url'), { mode: 0o600, flag: 'wx' })
    chmodSync(draft, 0o600)
    linkSync(draft, path)
  } catch (error) {
    const exists = error instanceof Error && 'code' in error && error.code === 'EEXIST'
    if (!exists) throw error
  } finally {
    rmSync(draft, { force: true })
  }
  const kept = Buffer.from(readFileSync(path, 'utf8').trim(), 'utf8')
  if (kept.length < 32) throw new Error(`${path} does not hold a secret`)
  return kept
}
