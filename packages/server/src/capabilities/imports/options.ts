import type { FirebaseParameters } from '../../platform/crypto/foreign/firebase.ts'
import type { FileFormat } from './files/open.ts'
import type { SourceName } from './sources/index.ts'

/** How a file is imported. */
export interface ImportOptions {
  readonly from: SourceName
  readonly format: FileFormat | undefined
  /** Checks everything and changes nothing. */
  readonly dryRun: boolean
  readonly createRoles: boolean
  /** Gives roles that have permissions of this server, `admin` among them. */
  readonly grantPower: boolean
  /** Role names of the file, and what they are here; null for nothing. */
  readonly mapRoles: ReadonlyMap<string, string | null>
  /** Gives people whose username breaks the rules another one, instead of refusing them. */
  readonly rename: boolean
  /** Takes addresses for verified where the export does not say. */
  readonly assumeVerified: boolean
  readonly firebase: FirebaseParameters | undefined
  /** Begins again, whatever an earlier run did. */
  readonly restart: boolean
}

/** What decides what becomes of a record, as text: the same options have the same. */
export function fingerprintOf(options: ImportOptions, digest: (text: string) => string): string {
  const { from, format, createRoles, grantPower, mapRoles, rename, assumeVerified, firebase } = options
  const key =
    firebase && digest(JSON.stringify({ ...firebase, signerKey: firebase.signerKey.toString('base64') }))
  return JSON.stringify({
    from,
    format,
    createRoles,
    grantPower,
    mapRoles: [...mapRoles].sort(),
    rename,
    assumeVerified,
    key,
  })
}
