import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createGuard as expressGuard } from '@gatehouse/guard/express'
import { createGuard as fastifyGuard } from '@gatehouse/guard/fastify'
import { createTestIssuer } from '@gatehouse/guard/testing'
import { createGuard, currentUser, own } from '@gatehouse/guard/web'
import { main as prove } from '@gatehouse/prove'
import express from 'express'
import fastify, { type FastifyInstance } from 'fastify'
import { gatehouse } from '../../packages/server/src/testing/command-line.ts'
import { newPostgresDatabase } from '../../packages/server/src/testing/databases.ts'
import { freePort } from '../../packages/server/src/testing/process.ts'

const root = join(import.meta.dirname, '../..')
const issuer = createTestIssuer({ audience: 'lounge' })
const trusted = {
  issuer: issuer.issuer,
  audience: 'lounge',
  jwks: issuer.jwks(),
  revocation: false,
} as const
const answer = (_request: unknown, response: express.Response): void => void response.end()
/** For mistakes that types would catch. */
const untyped = (thing: unknown): never => thing as never

const messageOf = (work: () => unknown): Promise<string> =>
  Promise.resolve()
    .then(work)
    .then(
      () => '',
      (error: Error) => error.message,
    )

/** What seal says about an Express application with these routes. */
function sealed(
  add: (app: express.Express, guard: ReturnType<typeof expressGuard>) => void,
): Promise<string> {
  const guard = expressGuard(trusted)
  const app = express()
  add(app, guard)
  return messageOf(() => guard.seal(app))
}

/** Mistakes in the application's code, and what each says. */
export async function mistakesAtStart(): Promise<string[]> {
  const router = express.Router().get('/things', answer)
  const guard = expressGuard(trusted)
  const late = express()
  await guard.seal(late)
  return [
    await sealed((app) => app.get('/users/:userId', answer)),
    await sealed((app) => app.use('/a', guard(), router).use('/b', router)),
    await sealed((app) => app.use('/a', guard(), router).use('/a', router)),
    await sealed((app) => app.get('/x', untyped(guard), answer)),
    await sealed((app) => app.get('/x', answer, guard())),
    await sealed((app) => app.use(guard.open('for now')).get('/x', answer)),
    await messageOf(() =>
      (guard as (...args: never[]) => unknown)(untyped({}), untyped({}), untyped(answer)),
    ),
    await messageOf(() => late.get('/late', answer)),
    await messageOf(() => expressGuard({ issuer: 'http://localhost:3000' })),
    await messageOf(() => expressGuard({ audience: 'api' })),
    await messageOf(() => expressGuard({ secret: 'short' })),
    await messageOf(() => expressGuard({ issuer: 'http://id.example.com', audience: 'api' })),
    await messageOf(() => expressGuard(untyped({ audiense: 'api' }))),
    ...(await mistakesOnFastify()),
    await portTaken(),
  ]
}

async function mistakesOnFastify(): Promise<string[]> {
  const guard = fastifyGuard(trusted)
  const reply = () => []
  const without = fastify()
  without.get('/x', { onRequest: guard() }, reply)
  const refused = await without.inject({ url: '/x', headers: { authorization: `Bearer ${issuer.sign()}` } })
  const early = fastify()
  early.register(guard.plugin)
  early.get('/x', { onRequest: guard() }, reply)
  const late = fastify()
  await late.register(guard.plugin)
  const things = async (instance: FastifyInstance): Promise<void> => void instance.get('/things', reply)
  late.register(things, { prefix: '/a' })
  const twice = await messageOf(async () => {
    late.register(things, { prefix: '/a' })
    await late.ready()
  })
  const ready = fastify()
  await ready.register(guard.plugin)
  ready.get('/x', { onRequest: guard() }, reply)
  await guard.seal(ready)
  return [
    refused.body,
    await messageOf(() => guard.seal(fastify())),
    await messageOf(() => guard.seal(early)),
    twice,
    await messageOf(() => ready.get('/late', reply)),
  ]
}

async function portTaken(): Promise<string> {
  const first = createServer().listen(0)
  await once(first, 'listening')
  const second = createServer().listen((first.address() as AddressInfo).port)
  const [error] = (await once(second, 'error')) as [Error]
  first.close()
  return error.message
}

/** Requests that are refused because of a setting; what is logged goes to `console.warn`. */
export async function mistakesInRequests(): Promise<string[]> {
  const call = async (guard: ReturnType<typeof createGuard>, token: string): Promise<void> => {
    const handler = guard()(() => new Response())
    await handler(new Request('http://api.test/', { headers: { authorization: `Bearer ${token}` } }))
  }
  const shared = createTestIssuer({ alg: 'HS256' })
  const hs256 = shared.sign({ aud: undefined }, { header: { typ: 'JWT' } })
  const secret = 'a secret that is long enough for HS256'
  const down = await createTestIssuer().listen()
  await down.close()
  const unreachable = createGuard({ issuer: down.issuer, audience: 'lounge', revocation: false })

  await call(createGuard({ ...trusted, audience: 'orders' }), issuer.sign())
  await call(createGuard({ ...trusted, issuer: 'https://elsewhere.test' }), issuer.sign())
  await call(createGuard({ secret }), hs256)
  await call(createGuard({ secret }), issuer.sign())
  await call(createGuard(trusted), issuer.sign({}, { header: { typ: 'JWT' } }))
  await call(unreachable, issuer.sign({ iss: down.issuer }))
  await call(createGuard({ ...trusted, clock: () => Date.now() / 1000 - 600 }), issuer.sign())
  unreachable.close()
  await failingLoader()
  return [await messageOf(currentUser)]
}

async function failingLoader(): Promise<void> {
  const failing = () => {
    throw new Error('connect ECONNREFUSED 127.0.0.1:5432')
  }
  const handler = createGuard(trusted)(own('postId', failing))(() => new Response())
  const headers = { authorization: `Bearer ${issuer.sign()}` }
  await handler(new Request('http://api.test/', { headers }), { postId: '1' })
}

/** Mistakes on the command line and in the settings of the server. */
export async function mistakesOfTheServer(postgresUrl: string): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-mistakes-'))
  const secrets = ['a secret of thirty-two bytes or more', 'another secret of thirty-two bytes']
  const blocker = createServer().listen(0, '127.0.0.1')
  await once(blocker, 'listening')
  const port = String((blocker.address() as AddressInfo).port)
  const elsewhere = (parts: Partial<URL>): Record<string, string> => {
    const url = Object.assign(new URL(postgresUrl), parts)
    return { DATABASE_URL: url.href, GATEHOUSE_SECRET: secrets[0] ?? '' }
  }
  const cleaners: (() => Promise<void>)[] = []
  const database = await newPostgresDatabase(postgresUrl, (clean) => cleaners.push(clean))
  const free = String(await freePort())
  const run = async (command: string, environment: Record<string, string>): Promise<string> =>
    (await gatehouse(command.split(' '), environment)).stderr
  try {
    await run('key rotate', { DATABASE_URL: database, GATEHOUSE_SECRET: secrets[0] ?? '' })
    const older = spawnSync(
      join(root, 'node_modules/node20/bin/node'),
      [join(root, 'packages/server/bin/gatehouse.cjs'), 'serve'],
      { encoding: 'utf8' },
    )
    return [
      older.stderr,
      await run('serve', { GATEHOUSE_DATA_DIR: folder, PORT: port, LOG_LEVEL: 'error' }),
      await run('migrate', { DATABASE_URL: postgresUrl }),
      await run('key rotate', { DATABASE_URL: database, GATEHOUSE_SECRET: secrets[1] ?? '' }),
      await run('migrate', { JWT_SECRET: 'a secret of thirty-two bytes or more' }),
      await run('migrate', { HOST: '0.0.0.0', GATEHOUSE_DATA_DIR: folder }),
      await run('migrate', { GATEHOUSE_DATA_DRI: folder }),
      await run('user create ana', { GATEHOUSE_DATA_DIR: folder }),
      await run('user list', { GATEHOUSE_DATA_DIR: join(folder, 'none') }),
      await run('migrate', elsewhere({ port: free })),
      await run('migrate', elsewhere({ username: 'no_such_user' })),
      await run('migrate', elsewhere({ pathname: '/no_such_database' })),
    ]
  } finally {
    blocker.close()
    rmSync(folder, { recursive: true })
    for (const clean of cleaners) await clean()
  }
}

/** Mistakes on the command line of the prover. */
export async function mistakesOfTheProver(): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-mistakes-'))
  const blocker = createServer((_request, response) => void response.end()).listen(0, '127.0.0.1')
  await once(blocker, 'listening')
  const taken = `http://127.0.0.1:${(blocker.address() as AddressInfo).port}`
  const free = `http://127.0.0.1:${await freePort()}`
  const run = async (...parameters: string[]): Promise<string> => {
    const printed: string[] = []
    const stream = { write: (text: string) => printed.push(text) }
    await prove(parameters, { stdout: stream, stderr: stream, folder })
    return printed.join('')
  }
  try {
    return [
      await run('--', 'node', 'app.js'),
      await run('--base', free),
      await run('--base', free, '--', process.execPath, 'missing.js'),
      await run('--base', taken, '--', process.execPath, '--eval', ''),
      await run('--base', 'https://api.example.com', '--', 'node', 'app.js'),
    ]
  } finally {
    blocker.close()
    rmSync(folder, { recursive: true })
  }
}
