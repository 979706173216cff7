import { createRequire } from 'node:module'

/** The manifest of this package, asked for by name: the files that a build makes lie elsewhere than their sources. */
export const manifestFile: string = createRequire(import.meta.url).resolve('@gatehouse/server/package.json')
