// What honest callers feel while forged tokens flood in: how long their answers take, in rounds that take turns with
// rounds without a flood, and between the verifiers. Honest tokens were seen before, as most of a day's are.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { makeShared, type Shared } from './guarded/token.ts'
import { quantile } from './quantiles.ts'
import { clientOf } from './server/load.ts'

const rounds = Number(process.env['BENCH_ROUNDS'] ?? 5)
const seconds = Number(process.env['BENCH_SECONDS'] ?? 4)
const forgedPerSecond = 2000
const honestClients = 8
/** Milliseconds that an honest caller takes between an answer and the next question. */
const thinking = 5

const verifiers = ['gatehouse', 'jose', 'fast-jwt', 'fast-jwt, its cache'] as const

interface Attack {
  readonly perSecond: number
  readonly passed: number
}

interface Found {
  /** Milliseconds of honest answers, idle and during the flood. */
  readonly idle: number[]
  readonly flooded: number[]
  readonly attacks: Attack[]
}

export async function run(): Promise<void> {
  const shared = await makeShared()
  const attacker = fork(new URL('./flood/attack.ts', import.meta.url))
  attacker.once('exit', (code) => {
    if (code !== 0 && code !== null) throw new Error(`The attacker ended with ${code}.`)
  })
  const servers = new Map<string, { child: ChildProcess; port: number }>()
  try {
    for (const name of verifiers) servers.set(name, await start(name, shared))
    const found = new Map(
      verifiers.map((name): [string, Found] => [name, { idle: [], flooded: [], attacks: [] }]),
    )
    for (let round = -1; round < rounds; round++) {
      for (const [name, { port }] of servers) {
        const idle = await honest(port, shared.token)
        const attack = once(attacker, 'message') as Promise<[Attack]>
        attacker.send({ port, token: shared.token, perSecond: forgedPerSecond, seconds: seconds + 0.5 })
        const flooded = await honest(port, shared.token)
        const [told] = await attack
        if (told.passed > 0) throw new Error(`${name} let ${told.passed} forged tokens pass.`)
        // the first round warms up and does not count
        if (round < 0) continue
        const row = found.get(name)
        row?.idle.push(...idle)
        row?.flooded.push(...flooded)
        row?.attacks.push(told)
      }
    }
    console.log(
      `Honest answers while ${forgedPerSecond} forged ES256 tokens a second come in; ${rounds} rounds`,
    )
    console.table(Object.fromEntries([...found].map(([name, row]) => [name, rowOf(row)])))
  } finally {
    attacker.kill()
    for (const { child } of servers.values()) child.kill()
    await shared.close()
  }
}

function rowOf({ idle, flooded, attacks }: Found): object {
  const [calm, stormy] = [quantile(idle, 0.99), quantile(flooded, 0.99)]
  return {
    'idle p50': milliseconds(quantile(idle, 0.5)),
    'idle p99': milliseconds(calm),
    'flooded p50': milliseconds(quantile(flooded, 0.5)),
    'flooded p99': milliseconds(stormy),
    'p99, times idle': (stormy / calm).toFixed(1),
    'forged/s': Math.round(attacks.reduce((sum, { perSecond }) => sum + perSecond, 0) / attacks.length),
  }
}

/** Honest callers side by side, each with a pause between two requests; gives how long each answer took, in ms. */
async function honest(port: number, token: string): Promise<number[]> {
  const client = clientOf(`http://127.0.0.1:${port}`)
  const times: number[] = []
  const end = performance.now() + seconds * 1000
  const one = async (): Promise<void> => {
    while (performance.now() < end) {
      const began = performance.now()
      const { status } = await client.call('GET', '/', { token })
      times.push(performance.now() - began)
      if (status !== 200) throw new Error(`an honest caller was answered ${status}`)
      await new Promise((resolve) => setTimeout(resolve, thinking))
    }
  }
  await Promise.all(Array.from({ length: honestClients }, one))
  client.close()
  return times
}

async function start(name: string, shared: Shared): Promise<{ child: ChildProcess; port: number }> {
  const child = fork(new URL('./flood/serve.ts', import.meta.url), [name], {
    env: { ...process.env, NODE_ENV: 'production', SHARED: JSON.stringify(shared) },
  })
  child.once('exit', (code) => {
    if (code !== 0 && code !== null) throw new Error(`The server of ${name} ended with ${code}.`)
  })
  const [address] = (await once(child, 'message')) as [{ port: number }]
  return { child, port: address.port }
}

const milliseconds = (value: number): string => `${value.toFixed(2)} ms`

if (import.meta.main) await run()
