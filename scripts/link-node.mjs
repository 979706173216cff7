// The workspace installs several releases of the `node` package (the guard is tested on each), and all of
// them claim `node_modules/.bin/node`. The pinned release must win, or npm scripts would run on another one.
import { existsSync, rmSync, symlinkSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const bin = fileURLToPath(new URL('../node_modules/.bin/', import.meta.url))
const pinned = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url))

if (process.platform !== 'win32' && existsSync(pinned)) {
  rmSync(`${bin}node`, { force: true })
  symlinkSync('../node/bin/node', `${bin}node`)
}
