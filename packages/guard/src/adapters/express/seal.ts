import { readOptions } from '../../read-options.ts'
import type { Manifest } from '../../routes/manifest.ts'
import { sealTable } from '../../routes/seal.ts'
import { lockRoutes } from './lock.ts'
import { readRoutes, type SealOptions, sealOptionNames } from './routes.ts'
import { runSkippedGuards } from './skipped-guards.ts'

export type { SealOptions }

/**
 * Refuses to go on while any route of an Express application has no rule, and takes no more routes afterwards.
 *
 * @throws UndeclaredRoutesError (`undeclared_routes`) that lists every fault with the line to write
 * @example
 * await guard.seal(app)
 * app.listen(4000)
 */
export async function sealExpress(app: object, options: SealOptions = {}): Promise<Manifest> {
  const read = readOptions('seal', options, sealOptionNames)
  const table = readRoutes(app, read)
  const manifest = await sealTable(table, read)
  for (const { layers } of table.stacks) for (const layer of layers) runSkippedGuards(layer)
  lockRoutes(table.stacks)
  return manifest
}
