import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { manifestFile } from '../version.ts'

/** Where the build puts the one script that the page needs, so that the package carries it. */
const packed = join(dirname(manifestFile), 'assets/scalar.js')

let script: Promise<Uint8Array<ArrayBuffer>> | undefined

/** Scalar's standalone script: the package's own copy, or in the clone the one that is installed. Read at first use. */
export function scalarScript(): Promise<Uint8Array<ArrayBuffer>> {
  script ??= read()
  return script
}

async function read(): Promise<Uint8Array<ArrayBuffer>> {
  const file = existsSync(packed)
    ? packed
    : fileURLToPath(import.meta.resolve('@scalar/api-reference/browser/standalone.js'))
  return new Uint8Array(await readFile(file))
}
