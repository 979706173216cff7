import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Manifest } from './manifest.ts'

/** A manifest as a file holds it: two spaces of indentation and a closing line feed. */
export const manifestText = (manifest: Manifest): string => `${JSON.stringify(manifest, null, 2)}\n`

/** Writes a manifest whole or not at all, so that whoever waits for the file never reads half of it. */
export async function writeManifest(path: string, manifest: Manifest): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const beside = `${path}.${process.pid}.tmp`
  await writeFile(beside, manifestText(manifest))
  await rename(beside, path)
}
