// How long `gatehouse prove` takes on an application of 100 routes with 20 permissions, its start included.
import { fileURLToPath } from 'node:url'
import { exitCode, type ProveConfig, prove } from '@gatehouse/prove'
import { freePort } from '../packages/server/src/testing/process.ts'

const app = fileURLToPath(new URL('./prove/app.ts', import.meta.url))
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 3)

/** Proves the application a few times, and prints how long each took. */
export async function run(): Promise<void> {
  const rows = []
  for (let round = 0; round < rounds; round++) {
    const port = await freePort()
    const config: ProveConfig = {
      base: `http://127.0.0.1:${port}`,
      env: { PORT: String(port) },
      disposable: true,
      resources: {
        // each route of a kind of its own: the recipe is by route there, and the first part of its path names the kind
        ...Object.fromEntries(
          ['GET', 'PUT', 'DELETE'].flatMap((method) =>
            Array.from({ length: 20 }, (_, kind) => [
              `${method} /kind${kind}/:thingId`,
              async ({ call }) => {
                const made = (await call('POST', `/kind${kind}`, {})) as { id: string }
                return { thingId: made.id }
              },
            ]),
          ) satisfies [string, NonNullable<ProveConfig['resources']>[string]][],
        ),
      },
    }
    const began = performance.now()
    const report = await prove({ config, command: [process.execPath, app] })
    const seconds = (performance.now() - began) / 1000
    const calls = Object.values(report.counts).reduce((sum, count) => sum + count, 0)
    rows.push({
      routes: report.routes.length,
      calls,
      seconds: Number(seconds.toFixed(1)),
      'exit code': exitCode(report),
    })
  }
  console.table(rows)
}

if (import.meta.main) await run()
