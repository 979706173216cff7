import { readOptions } from '../../read-options.ts'
import type { Manifest } from '../../routes/manifest.ts'
import { sealTable } from '../../routes/seal.ts'
import { lockRoutes } from '../express/lock.ts'
import { type SealOptions, sealOptionNames } from '../express/routes.ts'
import { type NestApp, readRoutes } from './routes.ts'

/** What sealing asks of a Nest application. */
export interface SealableNest extends NestApp {
  init(): Promise<unknown>
}

/**
 * Initialises a Nest application and refuses to go on while any of its routes has no rule; it takes no more routes
 * afterwards.
 *
 * @throws UndeclaredRoutesError (`undeclared_routes`) that lists every fault with the line to write
 */
export async function sealNest(app: SealableNest, options: SealOptions = {}): Promise<Manifest> {
  const read = readOptions('seal', options, sealOptionNames)
  await app.init()
  const table = readRoutes(app, read)
  const manifest = await sealTable(table, read)
  lockRoutes(table.stacks)
  return manifest
}
