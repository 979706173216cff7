import { readFileSync } from 'node:fs'
import { manifestFile } from './own-package.ts'

/** The version of this package. */
export const version: string = (JSON.parse(readFileSync(manifestFile, 'utf8')) as { version: string }).version
