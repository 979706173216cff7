// What a run does with the process that it starts, and with the one that it is in.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exitCode, type ProveConfig, prove } from '@gatehouse/prove'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { freePort } from '../packages/server/src/testing/process.ts'

let folder = ''
let port = 0
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prove-process-'))
  port = await freePort()
})
afterEach(() => rm(folder, { recursive: true }))

const module = (code: string): string[] => [process.execPath, '--input-type=module', '-e', code]
const config = (more: Partial<ProveConfig> = {}): ProveConfig => ({
  base: `http://127.0.0.1:${port}`,
  disposable: true,
  revocation: false,
  env: { PORT: String(port) },
  ...more,
})

const express = `
  import { createGuard } from '@gatehouse/guard/express'
  import express from 'express'
  const guard = createGuard({ revocation: false })
  const answer = (request, response) => response.json({ you: request.user.id })
  const app = express()
  app.all('/rpc', guard(), answer)
  app.connect('/tunnel', guard(), answer)
  app.route('/each').all(guard()).all(answer)
  await guard.seal(app)
  app.listen(process.env.PORT, '127.0.0.1')`
const koa = `
  import { createGuard } from '@gatehouse/guard/koa'
  import Router from '@koa/router'
  import Koa from 'koa'
  const guard = createGuard({ revocation: false })
  const answer = (ctx) => { ctx.body = { you: ctx.state.user.id } }
  const router = new Router().all('/rpc', guard(), answer)
  router.register('/tunnel', ['CONNECT'], [guard(), answer])
  const app = new Koa().use(router.routes()).use(router.allowedMethods())
  await guard.seal(app)
  app.listen(process.env.PORT, '127.0.0.1')`

it.each([
  ['Express', express, ['ALL /each', 'ALL /rpc']],
  ['Koa', koa, ['ALL /rpc']],
])('proves routes for every method on %s, and says nothing of CONNECT', async (_, app, routes) => {
  const report = await prove({ config: config(), command: module(app) })
  const open = report.routes.flatMap(({ findings }) => findings.filter(({ verdict }) => verdict !== 'held'))
  expect(open).toEqual([])
  expect(report.routes.map(({ route }) => route)).toEqual(routes)
  expect(exitCode(report)).toBe(0)
})

it('never writes to the manifest that it is given', async () => {
  const file = join(folder, 'committed.json')
  const committed = JSON.stringify({ version: 1, framework: 'express', routes: [], middleware: [] })
  await writeFile(file, committed)
  await prove({ config: config(), command: module(express), manifest: file })
  expect(await readFile(file, 'utf8')).toBe(committed)
})

it.each(['SIGINT', 'SIGTERM'] as const)(
  '%s ends the application and removes the temporary folder',
  async (signal) => {
    // it answers nobody, so that the run is in the middle of its calls for as long as it takes
    const app = `
      const { writeFileSync } = require('node:fs')
      const route = { method: 'GET', path: '/x', parameters: [], kind: 'guarded', rules: [{ kind: 'signedIn' }],
        reason: null, printed: 'signed in', unmentioned: [], source: null, notes: [] }
      const manifest = { version: 1, framework: 'test', routes: [route], middleware: [] }
      writeFileSync(process.env.GATEHOUSE_MANIFEST, JSON.stringify(manifest))
      require('node:http').createServer(() => require('node:fs').writeFileSync(process.env.CALLED, '')).listen(${port}, '127.0.0.1')`
    const called = join(folder, 'called')
    const settings = { base: `http://127.0.0.1:${port}`, env: { CALLED: called } }
    await writeFile(join(folder, 'prove.config.mjs'), `export default ${JSON.stringify(settings)}`)
    const flags = ['--config', 'prove.config.mjs', '--', process.execPath, '-e', app]
    const run = `
      import { main } from '@gatehouse/prove'
      const { stdout, stderr } = process
      process.exitCode = await main(${JSON.stringify(flags)}, { stdout, stderr, folder: ${JSON.stringify(folder)} })`
    const [program = '', ...parameters] = module(run)
    const child = spawn(program, parameters, { env: { ...process.env, TMPDIR: folder }, stdio: 'ignore' })
    const ended = once(child, 'exit')
    await expect.poll(() => readdir(folder), { timeout: 30_000 }).toContain('called')
    expect((await readdir(folder)).some((name) => name.startsWith('gatehouse-prove-'))).toBe(true)
    child.kill(signal)
    expect(await ended).toEqual([signal === 'SIGINT' ? 130 : 143, null])
    expect((await readdir(folder)).filter((name) => name.startsWith('gatehouse-prove-'))).toEqual([])
    expect(await listens()).toBe(false)
  },
)

function listens(): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' })
    socket.once('connect', () => resolve(socket.destroy() !== undefined)).once('error', () => resolve(false))
  })
}
