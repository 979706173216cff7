// What a guard costs: requests a second of a guarded route, over those of the same route with a middleware that does
// nothing. Each guard has a process and an application of its own, so that none stands behind another in a router.
// Rounds alternate between guarded and open, so that whatever slows the machine slows both. Processes are started anew a
// few times, since two of the very same program differ; how much, the open route over itself shows.
import { type ChildProcess, execFile, fork } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { promisify } from 'node:util'
import { makeShared, type Shared } from './guarded/token.ts'
import { median } from './quantiles.ts'

const starts = Number(process.env['BENCH_STARTS'] ?? 3)
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 3)
const seconds = Number(process.env['BENCH_SECONDS'] ?? 1)
const connections = 100

const control = 'open, once more'
const ours = [control, 'gatehouse', 'gatehouse, all from its issuer']
const frameworks: Readonly<Record<string, readonly string[]>> = {
  express: [...ours, 'express-jwt', 'express-oauth2-jwt-bearer', 'passport-jwt'],
  fastify: [...ours, 'fastify-jwt', 'fastify-jwt, its cache'],
  hono: [...ours, 'hono-jwt'],
}

interface Round {
  /** Answers a second. */
  readonly rate: number
  /** Microseconds of the server's processor for one answer, the kernel's work for it included. */
  readonly cost: number
}

interface Server {
  readonly child: ChildProcess
  readonly port: number
}

/** Measures every guard on every framework, and prints the table. */
export async function run(): Promise<void> {
  const asked = process.env['BENCH_FRAMEWORK']
  const shared = await makeShared()
  try {
    for (const [framework, guards] of Object.entries(frameworks)) {
      if (asked !== undefined && asked !== framework) continue
      console.log(
        `\n${framework}: guarded / open, ES256, a token seen before (median of ${starts * rounds} rounds)`,
      )
      console.table(await measure(framework, guards, shared))
    }
  } finally {
    await shared.close()
  }
}

async function measure(framework: string, guards: readonly string[], shared: Shared): Promise<object> {
  const results = new Map(guards.map((name): [string, Pair[]] => [name, []]))
  for (let turn = 0; turn < starts; turn++) {
    const servers = new Map<string, Server>()
    try {
      for (const name of ['open', ...guards]) servers.set(name, await start(framework, name, shared))
      for (const server of servers.values()) await load(server, shared.token, 1)
      for (const [name, pairs] of results) {
        pairs.push(...(await compare(of(servers, 'open'), of(servers, name), shared.token)))
      }
    } finally {
      for (const { child } of servers.values()) child.kill()
    }
  }
  return Object.fromEntries([...results].map(([name, pairs]) => [name, rowOf(pairs)]))
}

/** A round of the open route and one of the guarded, right after each other. */
interface Pair {
  readonly open: Round
  readonly guarded: Round
}

async function compare(open: Server, guarded: Server, token: string): Promise<Pair[]> {
  const pairs: Pair[] = []
  for (let round = 0; round < rounds; round++) {
    // in either order
    const first = round % 2 === 0 ? open : guarded
    const one = await load(first, token, seconds)
    const other = await load(first === open ? guarded : open, token, seconds)
    pairs.push(first === open ? { open: one, guarded: other } : { open: other, guarded: one })
  }
  return pairs
}

function rowOf(pairs: readonly Pair[]): object {
  const ratios = pairs.map(({ open, guarded }) => guarded.rate / open.rate)
  return {
    'requests/s': Math.round(median(pairs.map(({ guarded }) => guarded.rate))),
    'guarded/open': median(ratios).toFixed(3),
    spread: `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`,
    'µs of processor': median(pairs.map(({ open, guarded }) => guarded.cost - open.cost)).toFixed(1),
  }
}

function of(servers: ReadonlyMap<string, Server>, name: string): Server {
  const server = servers.get(name)
  if (server === undefined) throw new Error(`${name} was not started.`)
  return server
}

function start(framework: string, guard: string, shared: Shared): Promise<Server> {
  const served = guard === control ? 'open' : guard
  const child = fork(new URL('./guarded/serve.ts', import.meta.url), [framework, served], {
    env: { ...process.env, NODE_ENV: 'production', SHARED: JSON.stringify(shared) },
    execArgv: (process.env['BENCH_EXEC_ARGV'] ?? '').split(' ').filter((each) => each !== ''),
  })
  return new Promise((resolve, reject) => {
    child.once('message', (address) => resolve({ port: (address as { port: number }).port, child }))
    child.once('exit', (code) => reject(new Error(`${guard} on ${framework} ended with ${code}.`)))
  })
}

const autocannon = createRequire(import.meta.url).resolve('autocannon')

/** Loads a server; throws where one request was not answered with 2xx, which would measure refusals. */
async function load({ child, port }: Server, token: string, duration: number): Promise<Round> {
  const before = await processorTime(child)
  const options = ['-j', '-n', '-d', duration, '-c', connections, '-H', `authorization=Bearer ${token}`]
  const { stdout } = await promisify(execFile)(process.execPath, [
    autocannon,
    ...options.map(String),
    `http://127.0.0.1:${port}/`,
  ])
  const result = JSON.parse(stdout) as {
    requests: { total: number }
    duration: number
    non2xx: number
    errors: number
  }
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${result.non2xx} refused, ${result.errors} failed.`)
  const { total } = result.requests
  return { rate: total / result.duration, cost: ((await processorTime(child)) - before) / total }
}

/** Microseconds of the processor that a child has taken. */
async function processorTime(child: ChildProcess): Promise<number> {
  const answer = once(child, 'message') as Promise<[NodeJS.CpuUsage]>
  child.send('processor')
  const [{ user, system }] = await answer
  return user + system
}

if (import.meta.main) await run()
