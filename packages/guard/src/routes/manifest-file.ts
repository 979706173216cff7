import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ConfigurationError } from '../errors.ts'
import { type Manifest, manifestVersion } from './manifest.ts'

/** A file that is no manifest, or one of a version that is not known here. */
export class ManifestError extends ConfigurationError {}

/**
 * Reads a manifest that `guard.seal` wrote.
 *
 * @throws ManifestError (`configuration`) for what is no manifest of this version; errors of the file system
 */
export async function readManifest(path: string): Promise<Manifest> {
  const text = await readFile(path, 'utf8')
  const read = parse(text, path)
  if (isManifest(read)) return read
  throw new ManifestError(
    `${path} is not a manifest of version ${manifestVersion}: let guard.seal write it again.`,
  )
}

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new ManifestError(`${path} is not JSON.`, { cause: error })
  }
}

/** The version stands for the shape: only `guard.seal` writes manifests. */
const isManifest = (read: unknown): read is Manifest =>
  typeof read === 'object' &&
  read !== null &&
  'version' in read &&
  read.version === manifestVersion &&
  'routes' in read &&
  Array.isArray(read.routes)

/** A manifest as a file holds it: two spaces of indentation and a closing line feed. */
export const manifestText = (manifest: Manifest): string => `${JSON.stringify(manifest, null, 2)}\n`

/** Writes a manifest whole or not at all, so that whoever waits for the file never reads half of it. */
export async function writeManifest(path: string, manifest: Manifest): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const beside = `${path}.${process.pid}.tmp`
  await writeFile(beside, manifestText(manifest))
  await rename(beside, path)
}
