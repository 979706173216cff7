import { readOptions } from '../../read-options.ts'
import { lockList } from '../../routes/lock.ts'
import type { Manifest } from '../../routes/manifest.ts'
import { type ManifestOptions, manifestOptionNames, sealTable } from '../../routes/seal.ts'
import { type KoaApp, nameOfLate, readRoutes } from './routes.ts'

/**
 * Refuses to go on while any route of a Koa application has no rule, and takes no more routes afterwards.
 *
 * @throws UndeclaredRoutesError (`undeclared_routes`) that lists every fault with the line to write
 */
export async function sealKoa(app: KoaApp, options: ManifestOptions = {}): Promise<Manifest> {
  const read = readOptions('seal', options, manifestOptionNames)
  const table = readRoutes(app)
  const manifest = await sealTable(table, read)
  for (const list of table.lists) lockList(list, (item) => ({ subject: nameOfLate(item) }))
  return manifest
}
