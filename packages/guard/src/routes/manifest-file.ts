import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ConfigurationError } from '../errors.ts'
import { isManifestRule } from '../policy/rules/index.ts'
import { type Manifest, manifestVersion } from './manifest.ts'

/** A manifest as a file holds it: two spaces of indentation and a closing line feed. */
export const manifestText = (manifest: Manifest): string => `${JSON.stringify(manifest, null, 2)}\n`

/** Writes a manifest whole or not at all, so that nobody reads half of it. */
export async function writeManifest(path: string, manifest: Manifest): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const beside = `${path}.${process.pid}.tmp`
  await writeFile(beside, manifestText(manifest))
  await rename(beside, path)
}

/** A file that is not a manifest, or one of an unknown version. */
export class ManifestError extends ConfigurationError {}

/**
 * Reads a manifest that `guard.seal` wrote.
 *
 * @throws ManifestError (`configuration`) for a file that is not a manifest of this version; errors of the file system
 */
export async function readManifest(path: string): Promise<Manifest> {
  const text = await readFile(path, 'utf8')
  const read = parse(text, path)
  if (!isManifest(read)) {
    throw new ManifestError(
      `${path} is not a manifest of version ${manifestVersion}: let guard.seal write it again.`,
    )
  }
  for (const { method, path: at, rules } of read.routes) {
    if (Array.isArray(rules) && rules.every(isManifestRule)) continue
    throw new ManifestError(
      `${path}: ${method} ${at} has a rule that is not known here. Update @gatehouse/prove, or let guard.seal write the manifest again.`,
    )
  }
  return read
}

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new ManifestError(`${path} is not JSON.`, { cause: error })
  }
}

/** The version stands for the shape of all but the rules: only `guard.seal` writes manifests. */
const isManifest = (read: unknown): read is Manifest =>
  typeof read === 'object' &&
  read !== null &&
  'version' in read &&
  read.version === manifestVersion &&
  'routes' in read &&
  Array.isArray(read.routes) &&
  read.routes.every((route) => typeof route === 'object' && route !== null)
