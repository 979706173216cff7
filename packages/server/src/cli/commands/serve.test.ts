import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { gatehouseProcess } from '../../testing/command-line.ts'

const main = join(import.meta.dirname, '../main.ts')
let folder = ''
let server: ChildProcess | undefined

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-serve-'))
})
afterEach(async () => {
  if (server && server.exitCode === null && server.signalCode === null) {
    server.kill('SIGKILL')
    await once(server, 'exit')
  }
  server = undefined
  rmSync(folder, { recursive: true, force: true })
})

/** Serves on any free port; gives the port and everything printed until it said that it is ready. */
async function serve(
  ...flags: string[]
): Promise<{ port: number; child: ChildProcess; printed: () => string }> {
  const env = {
    PATH: process.env['PATH'],
    PORT: '0',
    GATEHOUSE_ISSUER: 'http://localhost:3000',
    GATEHOUSE_DATA_DIR: folder,
  }
  const child = spawn(process.execPath, [main, 'serve', ...flags], {
    env,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  server = child
  let output = ''
  const listening = new Promise<void>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        output += chunk.toString()
        if (portIn(output) !== undefined) resolve()
      })
    }
  })
  const ended = once(child, 'exit').then(() => Promise.reject(new Error(output)))
  ended.catch(() => undefined) // it ends in every test; only before it is ready is that a failure
  // what is printed may arrive after the message that all of it was
  await Promise.race([Promise.all([once(child, 'message'), listening]), ended])
  return { port: portIn(output) ?? 0, child, printed: () => output }
}

function portIn(output: string): number | undefined {
  const [, port] = /"url":"http:\/\/127\.0\.0\.1:(\d+)"/.exec(output) ?? []
  return port === undefined ? undefined : Number(port)
}

it('answers, and ends with 0 when asked to by a signal', async () => {
  const { port, child } = await serve()
  expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200)
  child.kill('SIGTERM')
  expect(await once(child, 'exit')).toEqual([0, null])
})

it('finishes a request that is in flight when the signal comes', async () => {
  const { port, child } = await serve()
  const body = JSON.stringify({ username: 'ana', password: 'staple-horse-battery-9' })
  const socket = connect(port, '127.0.0.1')
  const head = `POST /auth/sign-up HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nExpect: 100-continue\r\n\r\n`
  socket.write(head)
  // the server has taken up the request once it asks for the body
  await once(socket, 'data')
  child.kill('SIGTERM')
  socket.write(body)
  const [answer] = (await once(socket, 'data')) as [Buffer]
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 201 /)
  expect(await once(child, 'exit')).toEqual([0, null])
})

it('ends when the process that started it is gone', async () => {
  const { child } = await serve()
  child.disconnect()
  expect(await once(child, 'exit')).toEqual([0, null])
})

it('tells no password where no person reads, and the first administrator’s once where asked to', async () => {
  const first = await serve()
  // a stranger who tries to sign in leaves a trace, but is no user
  const attempt = await fetch(`http://127.0.0.1:${first.port}/auth/sign-in`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ username: 'admin', password: 'admin' }),
  })
  expect(attempt.status).toBe(401)
  first.child.kill('SIGTERM')
  await once(first.child, 'close')
  expect(first.printed()).not.toContain('with the password')

  const second = await serve('--first-administrator')
  second.child.kill('SIGTERM')
  await once(second.child, 'close')
  expect(second.printed()).toMatch(/'admin', with the password\s+\S{20}\n/)

  const third = await serve('--first-administrator')
  third.child.kill('SIGTERM')
  await once(third.child, 'close')
  expect(third.printed()).not.toContain('first administrator is')
})

it('says that the port is taken, and what to do', async () => {
  const holder = createServer().listen(0, '127.0.0.1')
  await once(holder, 'listening')
  const address = holder.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const { code, stderr } = await gatehouseProcess(['serve', '--port', String(port)], {
    GATEHOUSE_DATA_DIR: folder,
  })
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: `Port ${port} is in use. Stop the program that listens there, or choose another port with --port.\n`,
  })
  holder.close()
})

it('says so when the database cannot be reached', async () => {
  const { code, stderr } = await gatehouseProcess(['serve'], {
    DATABASE_URL: 'postgres://gatehouse:hunter2@127.0.0.1:1/gatehouse',
    GATEHOUSE_SECRET: 'a secret of thirty-two bytes or more',
  })
  expect(code).toBe(1)
  expect(stderr).toContain('database')
  expect(stderr).not.toMatch(/hunter2| {4}at /)
})
