import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { guardErrorCodes } from '@gatehouse/guard'
import { createTestIssuer } from '@gatehouse/guard/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { attack } from './attack.ts'
import { type Program, programsOf } from './blocks.ts'
import { type Compiled, compile } from './compile.ts'
import { serve } from './serve.ts'

const root = join(import.meta.dirname, '../..')
const reference = join(root, 'docs/guard.md')
const text = readFileSync(reference, 'utf8')
const programs = programsOf(reference)
const readme = programsOf(join(root, 'README.md'))
const issuer = createTestIssuer({ audience: 'lounge' })

function programOf(all: readonly Program[], matches: (program: Program) => boolean): Program {
  const program = all.find(matches)
  if (program === undefined) throw new Error('The document has no such program.')
  return program
}

let compiled: Compiled
let listening: Awaited<ReturnType<typeof issuer.listen>>
beforeAll(async () => {
  listening = await issuer.listen()
  compiled = await compile([...programs, ...readme])
}, 120_000)
afterAll(async () => {
  await compiled.remove()
  await listening.close()
})

const served = ['Express', 'Fastify', 'Hono', 'Koa', 'NestJS', 'Node', 'Web']

test('every program that listens is among those that are served, and attacked, here', () => {
  const listening = programs.filter(({ code }) => /\blisten\(|\bserve\(/.test(code))
  expect(listening.map(({ heading }) => heading)).toEqual(served)
})

test.each(served)(
  'the program for %s lets nothing hostile reach a handler, and goes on',
  async (heading) => {
    const program = programOf(programs, (each) => each.heading === heading)
    const environment = { GATEHOUSE_ISSUER: issuer.issuer, GATEHOUSE_AUDIENCE: 'lounge' }
    const { url, get, close } = await serve(compiled.fileOf(program), environment)
    try {
      expect(await attack(url, ['/vip-lounge', '/admin/stats'])).toEqual([])
      const ada = issuer.sign({ sub: 'ada', username: 'ada' })
      expect(await get('/vip-lounge', ada)).toEqual({ status: 200, body: { message: 'Welcome, ada' } })
    } finally {
      await close()
    }
  },
  60_000,
)

test.each(served)(
  'the program for %s welcomes members, and lets administrators alone see the numbers',
  async (heading) => {
    const program = programOf(programs, (each) => each.heading === heading)
    const environment = { GATEHOUSE_ISSUER: issuer.issuer, GATEHOUSE_AUDIENCE: 'lounge' }
    const { get, close } = await serve(compiled.fileOf(program), environment)
    const ada = issuer.sign({ sub: 'ada', username: 'ada' })
    const root = issuer.sign({ roles: ['admin'] })
    try {
      expect(await get('/health')).toEqual({ status: 200, body: { ok: true } })
      expect(await get('/vip-lounge', ada)).toEqual({ status: 200, body: { message: 'Welcome, ada' } })
      expect(await get('/vip-lounge')).toMatchObject({ status: 401, body: { code: 'no_token' } })
      expect(await get('/admin/stats', ada)).toMatchObject({ status: 403, body: { code: 'rule_not_met' } })
      expect(await get('/admin/stats', root)).toEqual({ status: 200, body: { visits: 7 } })
    } finally {
      await close()
    }
  },
  60_000,
)

test('the program for tests does what its comment says', async () => {
  const program = programOf(programs, ({ heading }) => heading === 'Tests')
  const { stdout } = await promisify(execFile)(process.execPath, [compiled.fileOf(program)])
  expect(stdout.split('\n')).toEqual(['token_expired', 'token_malformed', ''])
})

test('the reference names every option, in the order of their declaration', () => {
  const source = readFileSync(join(root, 'packages/guard/src/options.ts'), 'utf8')
  const declared = /export interface GuardOptions[^{]*\{([\s\S]*?)^\}/m.exec(source)?.[1] ?? ''
  const table = /<!-- options:[\s\S]*?\n\n/.exec(text)?.[0] ?? ''
  const first = [...table.matchAll(/^\| (`.*?) \|/gm)].flatMap(([, cell = '']) => cell.match(/\w+/g) ?? [])
  expect(first).toEqual([...declared.matchAll(/^ {2}(\w+)\?:/gm)].map(([, name]) => name))
  expect(first).toContain('issuer')
})

test('the reference names every error code', () => {
  const missing = Object.keys(guardErrorCodes).filter((code) => !text.includes(`\`${code}\``))
  expect(missing).toEqual([])
})
