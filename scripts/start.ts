// Brings up the server on SQLite and, beside it, the lounge that it guards: `npm start`.
import { join } from 'node:path'
import { root } from './run.ts'
import { portIsFree } from './start/ports.ts'
import { startProgram, stopPrograms, untilItSaysReady, waitUntilReady } from './start/programs.ts'
import { tour } from './start/tour.ts'

const port = Number(process.env['PORT'] ?? 3000)
const loungePort = Number(process.env['LOUNGE_PORT'] ?? 4000)
const issuer = process.env['GATEHOUSE_ISSUER'] ?? `http://localhost:${port}`
const lounge = `http://localhost:${loungePort}`
const audience = 'lounge'
// many shells have one, for another project: this is the way to try Gatehouse without any database
const { DATABASE_URL: _, ...environment } = process.env

for (const [name, number] of [
  ['PORT', port],
  ['LOUNGE_PORT', loungePort],
] as const) {
  if (await portIsFree(number)) continue
  console.error(
    `${name} (${process.env[name] ?? number}) is taken, or not a port. Choose another: ${name}=… npm start`,
  )
  process.exit(1)
}

let stopping = false
async function stop(code: number): Promise<void> {
  if (stopping) return
  stopping = true
  await stopPrograms()
  process.exitCode = code
}
process.on('SIGINT', () => void stop(0))
process.on('SIGTERM', () => void stop(0))

const onEnd = (name: string, code: number): void => {
  if (stopping) return
  console.error(`${name} ended (exit code ${code}).`)
  void stop(1)
}

try {
  const server = startProgram({
    name: 'The server',
    args: [join(root, 'packages/server/src/cli/main.ts'), 'serve', '--first-administrator'],
    env: {
      ...environment,
      PORT: String(port),
      GATEHOUSE_ISSUER: issuer,
      GATEHOUSE_AUDIENCES: process.env['GATEHOUSE_AUDIENCES'] ?? audience,
    },
    onEnd,
  })
  await untilItSaysReady(server)
  const api = startProgram({
    name: 'The lounge',
    args: [join(root, 'examples/vip-lounge/main.ts')],
    env: { ...environment, PORT: String(loungePort), GATEHOUSE_ISSUER: issuer, GATEHOUSE_AUDIENCE: audience },
    onEnd,
  })
  await waitUntilReady(`${lounge}/health`, api)
  console.log(tour({ issuer, lounge, data: process.env['GATEHOUSE_DATA_DIR'] ?? '.gatehouse' }))
} catch (error) {
  if (!stopping) console.error(error instanceof Error ? error.message : error)
  await stop(1)
}
