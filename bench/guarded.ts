// What a guard costs: requests a second of a guarded route, over those of the same route with a middleware that does
// nothing. Rounds alternate between the guards, so that whatever slows the machine slows all of them.
import { type ChildProcess, execFile, fork } from 'node:child_process'
import { createRequire } from 'node:module'
import { promisify } from 'node:util'
import { makeShared, type Shared } from './guarded/token.ts'

const rounds = Number(process.env['BENCH_ROUNDS'] ?? 5)
const seconds = Number(process.env['BENCH_SECONDS'] ?? 3)
const connections = 32

const frameworks: Readonly<Record<string, readonly string[]>> = {
  express: ['gatehouse', 'express-jwt', 'express-oauth2-jwt-bearer', 'passport-jwt'],
  fastify: ['gatehouse', 'fastify-jwt', 'fastify-jwt-cached'],
  hono: ['gatehouse', 'hono-jwt'],
}

/** Measures every guard on every framework, and prints the table. */
export async function run(): Promise<void> {
  const shared = await makeShared()
  try {
    for (const [framework, guards] of Object.entries(frameworks)) {
      console.log(`\n${framework}: guarded / open, ES256, a token seen before (median of ${rounds} rounds)`)
      console.table(await measure(framework, guards, shared))
    }
  } finally {
    await shared.close()
  }
}

async function measure(framework: string, guards: readonly string[], shared: Shared): Promise<object> {
  const server = await start(framework, shared)
  const ratios = new Map(guards.map((name) => [name, [] as number[]]))
  const rates = new Map(guards.map((name) => [name, [] as number[]]))
  try {
    for (const name of ['open', ...guards]) await load(server.port, name, shared.token, 1)
    for (let round = 0; round < rounds; round++) {
      for (const name of guards) {
        // the two halves of a ratio side by side, in either order
        const halves = round % 2 === 0 ? ['open', name] : [name, 'open']
        const measured = new Map<string, number>()
        for (const half of halves) measured.set(half, await load(server.port, half, shared.token, seconds))
        const guarded = measured.get(name) ?? 0
        ratios.get(name)?.push(guarded / (measured.get('open') ?? Number.NaN))
        rates.get(name)?.push(guarded)
      }
    }
  } finally {
    server.child.kill()
  }
  return Object.fromEntries(
    guards.map((name) => [
      name,
      {
        'requests/s': Math.round(median(rates.get(name) ?? [])),
        'guarded/open': median(ratios.get(name) ?? []).toFixed(3),
        spread: `${Math.min(...(ratios.get(name) ?? [])).toFixed(2)} to ${Math.max(...(ratios.get(name) ?? [])).toFixed(2)}`,
      },
    ]),
  )
}

function start(framework: string, shared: Shared): Promise<{ port: number; child: ChildProcess }> {
  const child = fork(new URL('./guarded/serve.ts', import.meta.url), [framework], {
    env: { ...process.env, NODE_ENV: 'production', SHARED: JSON.stringify(shared) },
    execArgv: (process.env['BENCH_EXEC_ARGV'] ?? '').split(' ').filter((each) => each !== ''),
  })
  return new Promise((resolve, reject) => {
    child.once('message', (address) => resolve({ port: (address as { port: number }).port, child }))
    child.once('exit', (code) => reject(new Error(`The server of ${framework} ended with ${code}.`)))
  })
}

const autocannon = createRequire(import.meta.url).resolve('autocannon')

/** Requests a second; throws where one was not answered with 2xx, which would measure refusals. */
async function load(port: number, name: string, token: string, duration: number): Promise<number> {
  const options = [
    '-j',
    '-n',
    '-d',
    String(duration),
    '-c',
    String(connections),
    '-H',
    `authorization=Bearer ${token}`,
  ]
  const url = `http://127.0.0.1:${port}/${name}`
  const { stdout } = await promisify(execFile)(process.execPath, [autocannon, ...options, url])
  const result = JSON.parse(stdout) as {
    requests: { total: number }
    duration: number
    non2xx: number
    errors: number
  }
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${name}: ${result.non2xx} refused, ${result.errors} failed.`)
  return result.requests.total / result.duration
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

if (import.meta.main) await run()
