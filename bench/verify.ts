// Verified tokens a second beside the peers: tokens never seen before, and one seen before that arrives as a fresh string
// each time, as HTTP gives it. Rounds alternate between all of them; medians.
import {
  createHmac,
  createPublicKey,
  createVerify,
  verify as cryptoVerify,
  type KeyObject,
} from 'node:crypto'
import { createTestIssuer, type TestIssuer } from '@gatehouse/guard/testing'
import { createVerifier as fastJwt } from 'fast-jwt'
import { importJWK, jwtVerify } from 'jose'
import jsonwebtoken from 'jsonwebtoken'
import { derOf } from '../packages/guard/src/verify/signature.ts'
import { createVerifier } from '../packages/guard/src/verify/verifier.ts'
import { median } from './quantiles.ts'

const rounds = 5
const algorithms = ['ES256', 'EdDSA', 'RS256', 'HS256'] as const
type Alg = (typeof algorithms)[number]
/** Enough for a part of a second each. */
const tokensOf: Record<Alg, number> = { ES256: 1000, EdDSA: 1500, RS256: 3000, HS256: 20_000 }
type Verify = (token: string) => unknown

export async function run(): Promise<void> {
  const table: Record<string, Record<string, string>> = {}
  for (const alg of algorithms) Object.assign(table, await cold(alg))
  console.log(`New tokens, verified a second; medians of ${rounds} rounds in turn`)
  console.table(table)
  console.log('\nA token seen before, a fresh string each time, which is most of it')
  console.table(await hot())
  console.log('\nMemory of 1,000,000 distinct tokens')
  console.table(memory())
}

async function cold(alg: Alg): Promise<Record<string, Record<string, string>>> {
  const issuer = createTestIssuer({ audience: 'bench', alg })
  const tokens = Array.from({ length: tokensOf[alg] }, (_, index) => issuer.sign({ sub: `user-${index}` }))
  const subjects = await subjectsOf(alg, issuer)
  const rates = new Map(Object.keys(subjects).map((name): [string, number[]] => [name, []]))
  // the first round warms up and does not count
  for (let round = -1; round < rounds; round += 1) {
    for (const [name, make] of Object.entries(subjects)) {
      const verify = make()
      const measured = await rate(tokens, verify)
      if (round >= 0) rates.get(name)?.push(measured)
    }
  }
  const bare = median(rates.get('node:crypto') ?? [])
  return Object.fromEntries(
    [...rates].map(([name, measured]) => [
      `${alg} ${name}`,
      { 'per second': median(measured).toFixed(0), 'of node:crypto': (median(measured) / bare).toFixed(2) },
    ]),
  )
}

/** Makers, so that each round begins with nothing remembered. */
async function subjectsOf(alg: Alg, issuer: TestIssuer): Promise<Record<string, () => Verify>> {
  const { publicKey, jwk } = issuer.key
  const symmetric = alg === 'HS256'
  const keyed = symmetric ? { secret: publicKey.export() } : { jwks: issuer.jwks() }
  const claims = { issuer: issuer.issuer, audience: 'bench', typ: 'at+jwt' }
  const pem = symmetric ? publicKey.export() : publicKey.export({ type: 'spki', format: 'pem' }).toString()
  const joseKey = symmetric ? publicKey.export() : await importJWK({ ...jwk, kty: jwk?.kty ?? '' }, alg)
  return {
    'node:crypto': () => bare(alg, publicKey),
    gatehouse: () => {
      const verifier = createVerifier({ ...claims, ...keyed })
      return (token) => verifier.verify(token)
    },
    jose: () => (token) => jwtVerify(token, joseKey, { ...claims, algorithms: [alg] }),
    'fast-jwt': () =>
      fastJwt({ key: pem, algorithms: [alg], allowedIss: claims.issuer, allowedAud: claims.audience }),
    ...(alg === 'EdDSA'
      ? {}
      : {
          jsonwebtoken: () => (token: string) =>
            jsonwebtoken.verify(token, pem, {
              issuer: claims.issuer,
              audience: claims.audience,
              algorithms: [alg],
            }),
        }),
  }
}

/** The signature alone, in the form that Node takes with the least ado: what no verifier can be faster than. */
function bare(alg: Alg, key: KeyObject): Verify {
  const publicKey = alg === 'HS256' ? key : createPublicKey(key.export({ type: 'spki', format: 'pem' }))
  return (token) => {
    const at = token.lastIndexOf('.')
    const input = token.slice(0, at)
    const signature = token.slice(at + 1)
    if (alg === 'HS256')
      return createHmac('sha256', publicKey).update(input, 'latin1').digest('base64url') === signature
    const bytes = Buffer.from(signature, 'base64url')
    if (alg === 'EdDSA') return cryptoVerify(null, Buffer.from(input), publicKey, bytes)
    return createVerify('sha256')
      .update(input, 'latin1')
      .verify(publicKey, alg === 'ES256' ? derOf(bytes) : bytes)
  }
}

async function rate(tokens: readonly string[], verify: Verify): Promise<number> {
  const began = performance.now()
  for (const token of tokens) {
    const result = verify(token)
    if (result instanceof Promise) await result
  }
  return tokens.length / ((performance.now() - began) / 1000)
}

async function hot(): Promise<Record<string, Record<string, string>>> {
  const issuer = createTestIssuer({ audience: 'bench' })
  const tokens = Array.from({ length: 1000 }, (_, index) => issuer.sign({ sub: `user-${index}` }))
  const verifier = createVerifier({ issuer: issuer.issuer, audience: 'bench', jwks: issuer.jwks() })
  const pem = issuer.key.publicKey.export({ type: 'spki', format: 'pem' }).toString()
  const cached = fastJwt({
    key: pem,
    algorithms: ['ES256'],
    cache: 10_000,
    allowedIss: issuer.issuer,
    allowedAud: 'bench',
  })
  const subjects: Record<string, Verify> = {
    gatehouse: (token) => verifier.verify(token),
    'fast-jwt, its cache': cached,
  }
  const bytes = tokens.map((token) => Buffer.from(token))
  for (const verify of Object.values(subjects)) for (const token of tokens) await verify(token)
  const times = new Map(
    ['the string alone', ...Object.keys(subjects)].map((name): [string, number[]] => [name, []]),
  )
  for (let round = 0; round < rounds; round += 1) {
    times.get('the string alone')?.push(loop(bytes, (token) => token.length))
    for (const [name, verify] of Object.entries(subjects)) times.get(name)?.push(loop(bytes, verify))
  }
  const rows = [...times].map(([name, measured]) => {
    const nanoseconds = median(measured)
    return [name, { ns: nanoseconds.toFixed(0), 'per second': (1e9 / nanoseconds).toFixed(0) }]
  })
  return Object.fromEntries(rows)
}

/** Nanoseconds of one call, making its string included. */
function loop(bytes: readonly Buffer[], verify: Verify): number {
  const times = 200
  const began = performance.now()
  for (let turn = 0; turn < times; turn += 1) for (const each of bytes) verify(each.toString('latin1'))
  return ((performance.now() - began) * 1e6) / (bytes.length * times)
}

/** A million tokens of one key, signed for real by HS256, which is quick to make. */
function memory(): Record<string, Record<string, string>> {
  const collect = globalThis.gc
  if (collect === undefined) return { 'not measured': { why: 'run node with --expose-gc' } }
  const issuer = createTestIssuer({ audience: 'bench', alg: 'HS256' })
  const verifier = createVerifier({
    issuer: issuer.issuer,
    audience: 'bench',
    typ: 'at+jwt',
    secret: issuer.key.publicKey.export(),
  })
  collect()
  const before = process.memoryUsage()
  for (let index = 0; index < 1_000_000; index += 1) {
    const verified = verifier.verify(issuer.sign({ sub: `user-${index}` }))
    if (verified instanceof Promise) throw new Error('a shared secret has to wait for nothing')
  }
  collect()
  const after = process.memoryUsage()
  const grown = (after.heapUsed + after.external - before.heapUsed - before.external) / 1024 / 1024
  verifier.close()
  return { 'the memory of signatures': { bound: '64 MiB', grown: `${grown.toFixed(1)} MiB` } }
}

if (import.meta.main) await run()
