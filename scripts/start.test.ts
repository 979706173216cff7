import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, expect, test } from 'vitest'
import { freePort } from '../packages/server/src/testing/process.ts'
import { root } from './run.ts'
import { portIsFree } from './start/ports.ts'
import { tourCommands } from './start/tour.ts'

const execute = promisify(execFile)
const folder = mkdtempSync(join(tmpdir(), 'gatehouse-start-'))
let program: ChildProcess | undefined

afterEach(async () => {
  if (program && program.exitCode === null) {
    program.kill('SIGTERM')
    await once(program, 'exit')
  }
  rmSync(folder, { recursive: true, force: true })
})

/** Starts it, and gives what it has printed once `until` is there, or once it has ended. */
async function start(
  ports: { PORT: number; LOUNGE_PORT: number },
  until: RegExp,
): Promise<{ printed: () => string }> {
  const env = {
    ...process.env,
    PORT: String(ports.PORT),
    LOUNGE_PORT: String(ports.LOUNGE_PORT),
    GATEHOUSE_DATA_DIR: folder,
    DATABASE_URL: 'postgres://127.0.0.1:1/another-project',
  }
  const child = spawn(process.execPath, [join(root, 'scripts/start.ts')], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  program = child
  let output = ''
  await new Promise<void>((resolve) => {
    const hear = (chunk: Buffer): void => {
      output += chunk.toString()
      if (until.test(output)) resolve()
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.once('close', () => resolve())
  })
  return { printed: () => output }
}

test('what it prints, pasted, signs up, enters the lounge and is refused; it tells an administrator’s password once; it ends as a whole', async () => {
  const ports = { PORT: await freePort(), LOUNGE_PORT: await freePort() }
  const { printed } = await start(ports, /Ctrl-C ends both/)
  const commands = tourCommands({
    issuer: `http://localhost:${ports.PORT}`,
    lounge: `http://localhost:${ports.LOUNGE_PORT}`,
  })
  for (const command of commands) expect(printed()).toContain(command)

  const { stdout } = await execute('bash', ['-c', commands.join('\n')])
  expect(stdout).toMatch(/^HTTP\/1\.1 200 [\s\S]*Welcome to the VIP lounge, ada-\d+[\s\S]*HTTP\/1\.1 401 /)

  const [, password = ''] = /'admin', with the password\s+(\S+)/.exec(printed()) ?? []
  const signIn = await fetch(`http://localhost:${ports.PORT}/auth/sign-in`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ username: 'admin', password }),
  })
  expect(signIn.status).toBe(200)

  program?.kill('SIGINT')
  expect(await once(program as ChildProcess, 'exit')).toEqual([0, null])
  expect([await portIsFree(ports.PORT), await portIsFree(ports.LOUNGE_PORT)]).toEqual([true, true])

  const again = await start(ports, /Ctrl-C ends both/)
  expect(again.printed()).not.toContain('password\n')
  expect(again.printed()).not.toContain('first administrator')
}, 240_000)

test('says which port is taken, and which variable changes it', async () => {
  const holder = createServer().listen(0, '127.0.0.1')
  await once(holder, 'listening')
  const address = holder.address()
  const taken = typeof address === 'object' && address !== null ? address.port : 0
  const { printed } = await start(
    { PORT: await freePort(), LOUNGE_PORT: taken },
    /Choose another: LOUNGE_PORT=/,
  )
  expect(printed()).toContain(`LOUNGE_PORT (${taken}) is taken`)
  holder.close()
})
