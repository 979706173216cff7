// How long the server as it is published takes from its process's start to its first answer on SQLite, and what memory
// it holds at rest, beside better-auth and a bare node:http server. Rounds alternate between them.
import { existsSync, rmSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { stripTypeScriptTypes } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { installBuilt } from '../scripts/build/install.ts'
import { buildPackage, packageNames } from '../scripts/build/package.ts'
import { quantile } from './quantiles.ts'
import { type ServerOptions, startServer } from './server/child.ts'

const rounds = Number(process.env['BENCH_ROUNDS'] ?? 5)
/** Milliseconds until a server that has started is taken to rest. */
const restMs = 3000

type Subject = Pick<ServerOptions, 'script' | 'args' | 'ready'> & { name: string }
interface Measured {
  readonly startMs: number
  readonly bytes: number
}

export async function run(): Promise<void> {
  const project = await mkdtemp(join(tmpdir(), 'gatehouse-start-'))
  process.once('exit', () => rmSync(project, { recursive: true, force: true }))
  const subjects = await install(project)
  const first = new Map<string, Measured[]>()
  const later = new Map<string, Measured[]>()
  for (let round = 0; round < rounds; round += 1) {
    for (const subject of subjects) {
      // as after installing: no data, and nothing compiled yet
      await rm(join(project, 'node_modules/.cache'), { recursive: true, force: true })
      const data = await mkdtemp(join(project, 'data-'))
      add(first, subject, await measure(subject, data))
      add(later, subject, await measure(subject, data))
    }
  }
  console.log(`\nAs published, on SQLite; ${rounds} rounds in turn: median (least to most)`)
  console.table(
    Object.fromEntries(
      subjects.map(({ name }) => {
        const [one = [], two = []] = [first.get(name), later.get(name)]
        return [
          name,
          {
            'first start, ms': spread(one.map(({ startMs }) => startMs)),
            'later starts, ms': spread(two.map(({ startMs }) => startMs)),
            'memory at rest, MiB': spread([...one, ...two].map(({ bytes }) => bytes / 1024 / 1024)),
          },
        ]
      }),
    ),
  )
}

/** Builds and installs the packages as a user would have them, and beside them the peers as plain JavaScript. */
async function install(project: string): Promise<Subject[]> {
  for (const name of packageNames) await buildPackage(name)
  await writeFile(join(project, 'package.json'), '{ "private": true, "type": "module" }')
  const gatehouse = await installBuilt('server', project)
  await linkPeer('better-auth', project)
  return [
    {
      name: 'gatehouse serve',
      script: join(gatehouse, 'lib/cli/main.js'),
      args: ['serve'],
      ready: '/healthz',
    },
    { name: 'better-auth', script: await plain('server/better-auth', project), ready: '/api/auth/ok' },
    { name: 'node:http alone', script: await plain('start/bare', project), ready: '/' },
  ]
}

/** Links a package of the workspace's, from where it was installed for these measurements. */
async function linkPeer(name: string, project: string): Promise<void> {
  const target = ['node_modules', '../node_modules']
    .map((folder) => fileURLToPath(new URL(`${folder}/${name}`, import.meta.url)))
    .find((folder) => existsSync(join(folder, 'package.json')))
  if (target === undefined) throw new Error(`${name} is not installed`)
  await mkdir(join(project, 'node_modules'), { recursive: true })
  await symlink(target, join(project, 'node_modules', name))
}

async function plain(name: string, project: string): Promise<string> {
  const source = await readFile(new URL(`./${name}.ts`, import.meta.url), 'utf8')
  const script = join(project, `${basename(name)}.js`)
  await writeFile(script, stripTypeScriptTypes(source))
  return script
}

async function measure({ script, args = [], ready }: Subject, data: string): Promise<Measured> {
  const server = await startServer({ script, args, ready, env: { GATEHOUSE_DATA_DIR: data } })
  try {
    await pause(restMs)
    return { startMs: server.startMs, bytes: server.memory() }
  } finally {
    await server.stop()
  }
}

function add(results: Map<string, Measured[]>, { name }: Subject, measured: Measured): void {
  results.set(name, [...(results.get(name) ?? []), measured])
}

function spread(values: readonly number[]): string {
  const at = (part: number): string => quantile(values, part).toFixed(0)
  return `${at(0.5)} (${at(0)} to ${at(1)})`
}

// ended early, the servers and the folder end with it
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
if (import.meta.main) await run()
