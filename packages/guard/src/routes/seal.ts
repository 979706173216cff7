import { inspect } from './inspect.ts'
import { type Manifest, manifestOf } from './manifest.ts'
import type { RouteTable } from './registration.ts'
import { UndeclaredRoutesError } from './undeclared-routes-error.ts'
import { writeManifest } from './write-manifest.ts'

/**
 * Checks that every route of an application declares who may call it, and gives the manifest. Writes it, too, where
 * GATEHOUSE_MANIFEST says.
 *
 * @throws UndeclaredRoutesError (`undeclared_routes`) that lists every fault with the line to write
 */
export async function sealTable(table: RouteTable): Promise<Manifest> {
  const inspection = inspect(table)
  if (inspection.faults.length > 0) throw new UndeclaredRoutesError(inspection.faults)
  const manifest = manifestOf(table, inspection)
  const { GATEHOUSE_MANIFEST: path } = process.env
  if (path !== undefined && path !== '') await writeManifest(path, manifest)
  return manifest
}
