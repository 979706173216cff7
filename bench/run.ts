// Runs every measurement, one after the other, each in a process of its own: `npm run bench`, or some of them by name:
// `npm run bench -- verify server`. Numbers are only worth something on a machine that does nothing else.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'

const known = ['verify', 'guarded', 'flood', 'server', 'start', 'revocation', 'prove'] as const
const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !known.some((each) => each === name))
if (unknown.length > 0) {
  console.error(`There is no measurement called ${unknown.join(', ')}. There are: ${known.join(', ')}.`)
  process.exit(2)
}

console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}`)
let failed = false
for (const name of asked.length > 0 ? asked : known) {
  const script = fileURLToPath(new URL(`./${name}.ts`, import.meta.url))
  if (!existsSync(script)) continue
  console.log(`\n== ${name} ==`)
  const code = await new Promise((resolve) => {
    spawn(process.execPath, ['--expose-gc', script], { stdio: 'inherit' }).once('exit', resolve)
  })
  failed ||= code !== 0
}
process.exitCode = failed ? 1 : 0
