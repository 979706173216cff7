import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

/** The version of this package. */
export function ownVersion(): string {
  const file = createRequire(import.meta.url).resolve('@gatehouse/prove/package.json')
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string }
  return version
}
