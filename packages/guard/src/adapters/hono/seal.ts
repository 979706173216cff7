import { readOptions } from '../../read-options.ts'
import { lateRegistration } from '../../routes/lock.ts'
import type { Manifest } from '../../routes/manifest.ts'
import { sealTable } from '../../routes/seal.ts'
import { type HonoApp, readRoutes, type SealOptions, sealOptionNames } from './routes.ts'

export type { SealOptions }

/** What is locked of a Hono application. */
export interface SealableHono extends HonoApp {
  router: { add: (method: string, path: string, handler: never) => unknown }
}

/**
 * Refuses to go on while any route of a Hono application has no rule, and takes no more routes afterwards.
 *
 * @throws UndeclaredRoutesError (`undeclared_routes`) that lists every fault with the line to write
 */
export async function sealHono(app: SealableHono, options: SealOptions = {}): Promise<Manifest> {
  const read = readOptions('seal', options, sealOptionNames)
  const manifest = await sealTable(readRoutes(app, read), read)
  app.router.add = function add(method: string, path: string): never {
    throw lateRegistration(add, { subject: `${method} ${path}` })
  }
  return manifest
}
