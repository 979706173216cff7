import type { Names } from '../option-names.ts'
import { UndeclaredRoutesError } from './fault.ts'
import { inspect } from './inspect.ts'
import { type Manifest, manifestOf } from './manifest.ts'
import { writeManifest } from './manifest-file.ts'
import type { RouteTable } from './registration.ts'

/** Where sealing leaves the manifest. */
export interface ManifestOptions {
  /** The file to write it to; GATEHOUSE_MANIFEST by default, false for none. */
  readonly manifest?: string | false
}

export const manifestOptionNames: Names<ManifestOptions> = { manifest: true }

/**
 * Checks that every route of an application declares who may call it, and returns the manifest. Also writes it to the
 * file that GATEHOUSE_MANIFEST names.
 *
 * @param lock makes the application refuse further routes. It is called before anything is awaited, so that a route
 *   registered right after a `guard.seal(app)` that nobody awaits is refused, too
 * @throws UndeclaredRoutesError (`undeclared_routes`) that lists every fault and its fix
 */
export async function sealTable(
  table: RouteTable,
  { manifest: file }: ManifestOptions = {},
  lock: () => void = () => {},
): Promise<Manifest> {
  const inspection = inspect(table)
  if (inspection.faults.length > 0) throw new UndeclaredRoutesError(inspection.faults)
  lock()
  const manifest = manifestOf(table, inspection)
  const { GATEHOUSE_MANIFEST: fromEnvironment } = process.env
  const path = file ?? fromEnvironment
  if (typeof path === 'string' && path !== '') await writeManifest(path, manifest)
  return manifest
}
