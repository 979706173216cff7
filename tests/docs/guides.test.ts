import { createSecretKey } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { createTestIssuer } from '@gatehouse/guard/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Program, programsOf } from './blocks.ts'
import { type Compiled, compile } from './compile.ts'
import { type Served, serve } from './serve.ts'

const folder = join(import.meta.dirname, '../../docs/guides')
const secret = 'a secret of thirty-two bytes, or more'
const key = createSecretKey(Buffer.from(secret))
const issuer = createTestIssuer({ audience: 'lounge', alg: 'RS256' })

const isOf = (name: string) => (each: Program) => each.label === name
const guides = readdirSync(folder).map((name) => ({ name, programs: programsOf(join(folder, name)) }))

let compiled: Compiled
let listening: Awaited<ReturnType<typeof issuer.listen>>
beforeAll(async () => {
  listening = await issuer.listen()
  compiled = await compile(guides.flatMap(({ programs }) => programs))
}, 60_000)
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
const nobodys: () => Attempt = () => (
  {
    path: lounge,
    token: shared({ sub: undefined }),
    code: 'token_claims',
  },
  60_000
)
