import { writeFile } from 'node:fs/promises'
import { manifest, triedRoutes } from './manifest.ts'
import { seeded } from './store.ts'

/** Where an application of the suite listens. */
export const port: number = Number(process.env['PORT'])

/** How its guard is set up: an issuer and an audience come from the environment. */
export const settings: { revocation: false | { staleness: string } } = {
  revocation: seeded('ended sessions still accepted') ? false : { staleness: '1s' },
}

/**
 * Writes the manifest: the right application's own, by sealing it, or what the right one declares in place of a
 * faulty one's.
 */
export async function tellManifest(seal: () => Promise<unknown>): Promise<void> {
  const path = process.env['GATEHOUSE_MANIFEST']
  if (seeded('')) await seal()
  else if (path !== undefined)
    await writeFile(path, JSON.stringify({ ...manifest, routes: triedRoutes(process.env['ROUTE']) }))
}
