// How late a revocation is seen by four API processes behind two servers, what one request costs the server (nothing),
// and what a million revocations weigh in a guard.

import { fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { grantOf, openSession } from '../packages/server/src/capabilities/sessions/index.ts'
import { mintAccessToken } from '../packages/server/src/capabilities/tokens/index.ts'
import { readConfig } from '../packages/server/src/read-config.ts'
import { openRuntime, prepare } from '../packages/server/src/runtime.ts'
import { type ApiProcess, startApi } from '../packages/server/src/testing/api-process.ts'
import { startBalancer } from '../packages/server/src/testing/balancer.ts'
import { newPostgresDatabase } from '../packages/server/src/testing/databases.ts'
import { startPostgres } from '../packages/server/src/testing/postgres.ts'
import { freePort, startProcess } from '../packages/server/src/testing/process.ts'
import { quantile } from './quantiles.ts'

const apiCount = 4
const revocations = 1000
const requests = 100_000

export async function run(): Promise<void> {
  const postgres = await startPostgres({ durable: true })
  try {
    for (const listen of ['off', 'on'] as const) await delays(postgres.url, listen)
  } finally {
    await postgres.stop()
  }
  await weights()
}

async function delays(serverUrl: string, listen: 'on' | 'off'): Promise<void> {
  const closing: (() => Promise<unknown>)[] = []
  try {
    const url = await newPostgresDatabase(serverUrl, (clean) => closing.push(clean))
    const balancer = await startBalancer()
    closing.push(() => balancer.close())
    const env = {
      DATABASE_URL: url,
      DATABASE_LISTEN: listen,
      GATEHOUSE_SECRET: randomBytes(32).toString('base64'),
      GATEHOUSE_ISSUER: balancer.url,
      LOG_LEVEL: 'warn',
    }
    const targets: string[] = []
    for (let i = 0; i < 2; i++) {
      const server = await startProcess(await freePort(), env)
      closing.push(() => server.kill('SIGTERM'))
      targets.push(server.url)
    }
    balancer.use(targets)
    const apis: ApiProcess[] = []
    for (let i = 0; i < apiCount; i++) {
      const api = await startApi(balancer.url)
      closing.push(() => api.stop())
      apis.push(api)
    }
    const tokens = await makeTokens(env, revocations)
    await askAll(apis, tokens)
    await countCalls(balancer.counts, apis, tokens)
    const late = await revokeAll(targets, apis, tokens)
    report(`revocation seen by ${apiCount} API processes, LISTEN ${listen}, ${revocations} revocations`, late)
    for (const { troubles } of apis) for (const trouble of troubles) console.log(`  an API says: ${trouble}`)
  } finally {
    for (const close of closing.reverse()) await close()
  }
}

/** Tokens of sessions of their own, made as the server makes them. */
async function makeTokens(env: Readonly<Record<string, string>>, count: number): Promise<string[]> {
  const { ctx, close } = await openRuntime(readConfig(env))
  await prepare(ctx)
  const user = { id: 'bench', username: 'bench' }
  const row = { ...user, username_folded: 'bench', username_key: 'bench', email: null, email_key: null }
  const times = { email_verified_at: null, disabled_at: null, created_at: 0, updated_at: 0 }
  await ctx.db
    .insertInto('users')
    .values({ ...row, ...times })
    .execute()
  const tokens: string[] = []
  for (let i = 0; i < count; i++) {
    const { session } = await openSession(ctx, {
      userId: user.id,
      audience: ['api', ctx.config.issuer],
      acr: 'pwd',
      amr: ['pwd'],
      method: 'password',
      userAgent: undefined,
      address: undefined,
    })
    tokens.push(await mintAccessToken(ctx, grantOf(session)))
  }
  await close()
  return tokens
}

async function askAll(apis: readonly ApiProcess[], tokens: readonly string[]): Promise<void> {
  for (const api of apis) {
    for (const token of tokens) {
      const code = await api.ask(token)
      if (code !== null) throw new Error(`a good token was refused: ${code}`)
    }
  }
}

async function countCalls(
  counts: ReadonlyMap<string, number>,
  apis: readonly ApiProcess[],
  tokens: readonly string[],
): Promise<void> {
  const sum = (): number => [...counts.values()].reduce((total, count) => total + count, 0)
  const before = sum()
  for (let i = 0; i < requests; i += apis.length * 50) {
    await Promise.all(apis.flatMap((api) => tokens.slice(0, 50).map((token) => api.ask(token))))
  }
  console.log(`\n${requests} requests at ${apis.length} APIs: ${sum() - before} calls at the server`)
}

/** Signs each session out, at the servers in turn; gives how late every API knew, in milliseconds from the answer. */
async function revokeAll(
  targets: readonly string[],
  apis: readonly ApiProcess[],
  tokens: readonly string[],
): Promise<number[]> {
  const late: number[] = []
  for (const [i, token] of tokens.entries()) {
    const seen = apis.map((api) => api.refusedAt(token))
    const answer = await fetch(`${targets[i % targets.length]}/auth/sign-out`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
    })
    const answeredAt = Date.now()
    if (answer.status !== 204) throw new Error(`sign-out answered ${answer.status}`)
    for (const at of await Promise.all(seen)) late.push(Math.max(0, at - answeredAt))
  }
  return late
}

function report(what: string, milliseconds: number[]): void {
  const at = (part: number): string => `${quantile(milliseconds, part)} ms`
  console.log(`\n${what} (${milliseconds.length} sightings)`)
  console.table({ p50: at(0.5), p99: at(0.99), slowest: at(1) })
}

async function weights(): Promise<void> {
  const script = fileURLToPath(new URL('./revocation/weight.ts', import.meta.url))
  const child = fork(script, [], { execArgv: ['--expose-gc'] })
  await once(child, 'exit')
}

if (import.meta.main) await run()
