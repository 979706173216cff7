import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

/** The manifest of this package, resolved by name: the files that a build makes are elsewhere than their sources. */
export const manifestFile: string = createRequire(import.meta.url).resolve('@gatehouse/server/package.json')

/** The version of this package. */
export const version: string = (JSON.parse(readFileSync(manifestFile, 'utf8')) as { version: string }).version
