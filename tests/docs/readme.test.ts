import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { createTestIssuer } from '@gatehouse/guard/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { freePort } from '../../packages/server/src/testing/process.ts'
import { programsOf } from './blocks.ts'
import { serve } from './serve.ts'
import { expectShown } from './walkthrough.ts'

const root = join(import.meta.dirname, '../..')
const page = join(root, 'README.md')
const readme = await readFile(page, 'utf8')
const programs = programsOf(page)
const [refusal = '', report = ''] = [...readme.matchAll(/^```text\n([\s\S]*?)^```$/gm)].map(
  ([, shown]) => shown,
)

let folder = ''
let port = 0
beforeEach(async () => {
  // below the packages that the programs import, and outside of node_modules: there Node strips no types
  folder = await mkdtemp(join(root, 'tests/docs/readme-'))
  port = await freePort()
})
afterEach(() => rm(folder, { recursive: true }))

/** Writes a program of the README as it stands there, but for the port: others may use it. */
async function write(framework: string): Promise<string> {
  const program = programs.find(({ code }) => code.includes(`@gatehouse/guard/${framework}`))
  const file = join(folder, 'app.ts')
  await writeFile(file, program?.code.replace('4000', String(port)) ?? '')
  return file
}

/** Runs a line of the README that runs `gatehouse`. */
async function run(line: string): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const words = line
    .replace('4000', String(port))
    .replace(/^.*?gatehouse /, '')
    .split(' ')
  const program = join(root, 'node_modules/.bin/gatehouse')
  // the Node that runs this test strips types, whichever the machine has
  const PATH = `${dirname(process.execPath)}:${process.env['PATH']}`
  const env = { ...process.env, PATH }
  const child = spawn(program, words, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended])
  return { code, stdout, stderr }
}

test('the first program does not start without its rules, and names the routes', async () => {
  const file = await write('express')
  const program = await readFile(file, 'utf8')
  const forgotten = program
    .replace(/guard\(own\('userId'.*?\), \(req/, '(req')
    .replace(/guard\(own\('postId'.*?\), \(req/, '(req')
  await writeFile(file, forgotten)
  const env = { GATEHOUSE_ISSUER: 'http://localhost:3000', GATEHOUSE_AUDIENCE: 'api' }
  const child = spawn(process.execPath, ['app.ts'], { cwd: folder, env, stdio: ['ignore', 'ignore', 'pipe'] })
  const said = await text(child.stderr)
  expectShown(page, refusal, said.slice(said.indexOf('UndeclaredRoutesError: '), said.indexOf('\n    at ')))
})

test('the first program is proven by the two lines that follow, and writes once they are allowed', async () => {
  await write('express')
  const [init = '', prove = ''] = readme.match(/^npx .*gatehouse prove .*$/gm) ?? []
  expect(await run(init)).toMatchObject({ code: 0, stderr: '' })
  const first = await run(prove)
  expect(first.stdout).toContain('No breach')
  expect(first.stdout).toContain('Set `disposable: true`')
  expect(first.code).toBe(2)

  const file = join(folder, 'prove.config.ts')
  const config = await readFile(file, 'utf8')
  await writeFile(file, config.replace('// disposable: true', 'disposable: true'))
  const second = await run(prove)
  expect(second.code).toBe(0)
  expectShown(page, report, second.stdout.replace('\n', '').trimEnd())
}, 240_000)

test('the program for Hono serves', async () => {
  const issuer = createTestIssuer({ audience: 'lounge' })
  const listening = await issuer.listen()
  const environment = { GATEHOUSE_ISSUER: issuer.issuer, GATEHOUSE_AUDIENCE: 'lounge' }
  const { url, get, close } = await serve(await write('hono'), environment, port)
  try {
    const ada = issuer.sign({ sub: 'ada', username: 'ada' })
    const administrator = issuer.sign({ roles: ['admin'] })
    expect(await get('/health')).toEqual({ status: 200, body: { ok: true } })
    expect(await get('/vip-lounge', ada)).toEqual({ status: 200, body: { message: 'Welcome, ada' } })
    expect(await get('/vip-lounge')).toMatchObject({ status: 401 })
    expect(await get('/admin/users', ada)).toMatchObject({ status: 403 })
    expect(await get('/admin/users', administrator)).toMatchObject({ status: 200 })
    const preflight = { Origin: 'https://evil.test', 'Access-Control-Request-Method': 'POST' }
    for (const headers of [{}, preflight, { 'Access-Control-Request-Method': 'POST' }]) {
      for (const method of ['OPTIONS', 'HEAD', 'POST', 'PROPFIND']) {
        const hostile = await fetch(`${url}/vip-lounge`, { method, headers })
        expect([204, 401, 404]).toContain(hostile.status)
        expect(await hostile.text()).not.toContain('Welcome')
      }
    }
  } finally {
    await close()
    await listening.close()
  }
})
