import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { listRoutes, ProveSetupError } from '@gatehouse/prove'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { routesCommand } from './routes.ts'

const route = {
  method: 'GET',
  path: '/health',
  printed: 'anyone',
  kind: 'open',
  rules: [],
  parameters: [],
  reason: 'probe',
  notes: [],
  source: null,
}
const text = JSON.stringify({ version: 1, framework: 'express', routes: [route], middleware: [] })
// Stands for an application: it seals, and then goes on as a server would.
const sealing = `
  const { renameSync, writeFileSync } = require('node:fs')
  const { GATEHOUSE_MANIFEST: file } = process.env
  writeFileSync(file + '.tmp', ${JSON.stringify(text)})
  renameSync(file + '.tmp', file)
  setInterval(() => {}, 1000)`

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'routes-'))
})
afterAll(() => rm(directory, { recursive: true }))

async function run(...args: string[]): Promise<string> {
  const printed: string[] = []
  const command = routesCommand((line) => printed.push(line))
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
  await command.parseAsync(args, { from: 'user' })
  return printed.join('\n')
}

test('prints a manifest that is there', async () => {
  const file = join(directory, 'manifest.json')
  await writeFile(file, text)
  expect(JSON.parse(await run('--json', '--manifest', file))).toEqual(JSON.parse(text))
})

test('starts an application, waits for its manifest, and ends it', async () => {
  expect(JSON.parse(await run('--json', '--', process.execPath, '-e', sealing))).toEqual(JSON.parse(text))
})

test('starts the application as a run of the prover does, with an issuer to trust and nothing of the shell', async () => {
  vi.stubEnv('PRODUCTION_DATABASE_URL', 'postgres://production')
  const telling = `
    const { env } = process
    const { GATEHOUSE_ISSUER: issuer, GATEHOUSE_AUDIENCE: audience, GATEHOUSE_PROVE_NONCE: nonce } = env
    fetch(issuer + '/.well-known/oauth-authorization-server').then((answer) => {
      const production = Object.keys(env).includes('PRODUCTION_DATABASE_URL')
      const framework = [answer.status, audience, nonce.length, production].join(' ')
      const { renameSync, writeFileSync } = require('node:fs')
      writeFileSync(env.GATEHOUSE_MANIFEST + '.tmp', JSON.stringify({ version: 1, framework, routes: [], middleware: [] }))
      renameSync(env.GATEHOUSE_MANIFEST + '.tmp', env.GATEHOUSE_MANIFEST)
    })`
  const manifest = await run('--json', '--', process.execPath, '-e', telling)
  expect(JSON.parse(manifest)).toMatchObject({ framework: '200 prove 64 false' })
  vi.unstubAllEnvs()
})

test('does not wait for ever', async () => {
  const idle = [process.execPath, '-e', 'setInterval(() => {}, 1000)']
  await expect(listRoutes(idle, { patience: 200 })).rejects.toThrow(/in time/)
})

test('says so when the application ends without sealing, or cannot be started', async () => {
  await expect(run('--', process.execPath, '-e', '0')).rejects.toThrow(ProveSetupError)
  await expect(run('--', join(directory, 'missing'))).rejects.toThrow(/could not be started/)
})

test('asks for the application when none is named', async () => {
  await expect(run()).rejects.toThrow(/Name the application/)
})
