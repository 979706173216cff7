import { createSecretKey } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { createTestIssuer } from '@gatehouse/guard/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { attack } from './attack.ts'
import { type Program, programsOf } from './blocks.ts'
import { type Compiled, compile } from './compile.ts'
import { type Served, serve } from './serve.ts'

const folder = join(import.meta.dirname, '../../docs/guides')
const secret = 'a secret of thirty-two bytes, or more'
const key = createSecretKey(Buffer.from(secret))
const issuer = createTestIssuer({ audience: 'lounge', alg: 'RS256' })

const isOf = (name: string) => (each: Program) => each.label === name
// the others have commands and requests, which other tests try
const guides = readdirSync(folder)
  .map((name) => ({ name, programs: programsOf(join(folder, name)) }))
  .filter(({ name }) => name.startsWith('from-') && name !== 'from-flask.md')

let compiled: Compiled
let listening: Awaited<ReturnType<typeof issuer.listen>>
beforeAll(async () => {
  listening = await issuer.listen()
  compiled = await compile(guides.flatMap(({ programs }) => programs))
}, 120_000)
afterAll(async () => {
  await compiled.remove()
  await listening.close()
})

type Claims = Record<string, unknown>
const ada = { sub: 'ada', username: 'ada' }
const shared = (claims: Claims = {}, alg: 'HS256' | 'HS512' = 'HS256'): string =>
  issuer.sign({ ...ada, ...claims }, { alg, key, header: { typ: 'JWT' } })
const signed = (claims: Claims = {}, typ = 'at+jwt'): string =>
  issuer.sign({ ...ada, ...claims }, { header: { typ } })

interface Attempt {
  readonly path: string
  readonly token?: string
  readonly scheme?: string
  /** What the guide says that it is refused with. */
  readonly code: string
}
const lounge = '/vip-lounge'
const endless: () => Attempt = () => ({
  path: lounge,
  token: shared({ exp: undefined }),
  code: 'token_claims',
})
const elsewhere: () => Attempt = () => ({ path: lounge, token: shared({ aud: 'x' }), code: 'token_audience' })
const nobodys: () => Attempt = () => ({
  path: lounge,
  token: shared({ sub: undefined }),
  code: 'token_claims',
})
const anothers: () => Attempt = () => ({ path: '/users/bob', token: shared(), code: 'rule_not_met' })
const common = [endless, elsewhere, nobodys, anothers]

/** What each guide says that only its first program lets through, in the order of its table. */
const letThrough: Readonly<Record<string, readonly (() => Attempt)[]>> = {
  'from-express-jwt.md': common,
  'from-fastify-jwt.md': common,
  'from-hono-jwt.md': common,
  'from-token-required.md': [
    endless,
    elsewhere,
    nobodys,
    () => ({ path: lounge, token: shared({}, 'HS512'), code: 'token_algorithm' }),
    () => ({ path: lounge, token: shared(), scheme: 'Basic', code: 'no_token' }),
    anothers,
  ],
  'from-express-oauth2-jwt-bearer.md': [
    () => ({ path: lounge, token: signed({}, 'JWT'), code: 'token_type' }),
    () => ({ path: `${lounge}?access_token=${signed()}`, code: 'no_token' }),
    () => ({ path: '/users/bob', token: signed(), code: 'rule_not_met' }),
  ],
}

test.each(guides)(
  '$name: both programs take a good token alike, the second refuses what the table says',
  async ({ name, programs }) => {
    const env = { JWT_SECRET: secret, ISSUER: issuer.issuer }
    const token = name.includes('oauth2') ? signed() : shared()
    const started: Served[] = []
    const start = async (label: string): Promise<Served> => {
      const program = programs.find(isOf(label))
      if (program === undefined) throw new Error(`${name} has no program "${label}".`)
      const served = await serve(compiled.fileOf(program), env)
      started.push(served)
      return served
    }
    try {
      const before = await start('before')
      const after = await start('after')
      const welcome = { status: 200, body: { message: 'Welcome, ada' } }
      for (const program of [before, after]) {
        expect(await program.get('/health')).toEqual({ status: 200, body: { ok: true } })
        expect(await program.get(lounge, token)).toEqual(welcome)
        expect(await program.get('/users/ada', token)).toEqual({ status: 200, body: { id: 'ada' } })
        expect(await program.get(lounge)).toMatchObject({ status: 401 })
        expect(await program.get(lounge, `${token.slice(0, -8)}AAAAAAAA`)).toMatchObject({ status: 401 })
      }
      const attempts = letThrough[name] ?? []
      for (const { path, token: bad, scheme, code } of attempts.map((make) => make())) {
        expect(await before.get(path, bad, scheme), code).toMatchObject({ status: 200 })
        const status = code === 'rule_not_met' ? 403 : 401
        expect(await after.get(path, bad, scheme)).toMatchObject({ status, body: { code } })
      }
      expect(attempts.length).toBeGreaterThan(2)
      expect(await attack(after.url, [lounge, '/users/ada'])).toEqual([])
      expect(await after.get(lounge, token)).toEqual(welcome)
    } finally {
      for (const program of started) await program.close()
    }
  },
  60_000,
)
