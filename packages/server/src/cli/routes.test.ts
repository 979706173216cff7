import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { manifestOf, NotSealed } from './manifest-of.ts'
import { routesCommand } from './routes.ts'

const route = {
  method: 'GET',
  path: '/health',
  printed: 'anyone',
  kind: 'open',
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

test('does not wait for ever', async () => {
  const idle = [process.execPath, '-e', 'setInterval(() => {}, 1000)']
  await expect(manifestOf(idle, 200)).rejects.toThrow(/in time/)
})

test('says so when the application ends without sealing, or cannot be started', async () => {
  await expect(run('--', process.execPath, '-e', '0')).rejects.toThrow(NotSealed)
  await expect(run('--', join(directory, 'missing'))).rejects.toThrow(/could not be started/)
})

test('asks whose routes are meant when told nothing', async () => {
  await expect(run()).rejects.toThrow(/Say whose routes/)
})
