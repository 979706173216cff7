import type { FastifyInstance } from 'fastify'
import { readOptions } from '../../read-options.ts'
import type { Manifest } from '../../routes/manifest.ts'
import { type ManifestOptions, manifestOptionNames, sealTable } from '../../routes/seal.ts'
import { readRoutes } from './routes.ts'

/**
 * Waits until a Fastify application is ready and refuses to go on while any of its routes has no rule. Fastify itself
 * takes no more routes afterwards.
 *
 * @throws UndeclaredRoutesError (`undeclared_routes`) that lists every fault with the line to write
 */
export async function sealFastify(app: FastifyInstance, options: ManifestOptions = {}): Promise<Manifest> {
  const read = readOptions('seal', options, manifestOptionNames)
  await app.ready()
  return sealTable(readRoutes(app), read)
}
