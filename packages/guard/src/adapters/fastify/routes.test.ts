import Fastify, { type FastifyInstance } from 'fastify'
import { describe, expect, test } from 'vitest'
import { inspect } from '../../routes/inspect.ts'
import { manifestOf } from '../../routes/manifest.ts'
import { guard } from '../../routes/testing/guards.ts'
import { own, role } from '../../routes/testing/tables.ts'
import { plugin } from './plugin.ts'
import { readRoutes, sealFastify } from './routes.ts'

const answer = async (): Promise<string> => 'here'

async function make(): Promise<FastifyInstance> {
  const app = Fastify()
  await app.register(plugin)
  return app
}

async function faults(app: FastifyInstance): Promise<string[]> {
  await app.ready()
  return inspect(readRoutes(app)).faults.map(({ kind, subject }) => `${kind} ${subject}`)
}

async function routes(app: FastifyInstance): Promise<string[]> {
  await app.ready()
  const table = readRoutes(app)
  return manifestOf(table, inspect(table)).routes.map(
    ({ method, path, printed }) => `${method} ${path}: ${printed}`,
  )
}

describe('Fastify', () => {
  test('takes `all` for one route: without a guard one fault, which claims no guard', async () => {
    const app = await make()
    app.all('/rpc', answer)
    await app.ready()
    expect(inspect(readRoutes(app)).faults).toMatchObject([
      {
        kind: 'undeclared',
        subject: 'ALL /rpc',
        detail: expect.stringMatching(/^It has neither a rule nor/),
      },
    ])
    const guarded = await make()
    guarded.all('/rpc', { onRequest: guard() }, answer)
    expect(await routes(guarded)).toEqual(['ALL /rpc: signed in'])
  })

  test('hears routes, prefixes, wildcards and several methods, and adds no HEAD beside GET', async () => {
    const app = await make()
    app.get('/health', { onRequest: guard.open('probe') }, answer)
    app.register(
      async (users) => {
        users.get('/', { onRequest: guard() }, answer)
        users.get('/:userId', { preHandler: [guard(own('userId'))] }, answer)
        users.route({
          method: ['PUT', 'PATCH'],
          url: '/:userId',
          onRequest: guard(role('admin')),
          handler: answer,
        })
      },
      { prefix: '/users' },
    )
    app.get('/files/*', { onRequest: guard(role('reader')) }, answer)
    expect(await faults(app)).toEqual([])
    expect(await routes(app)).toEqual([
      "GET /files/*: role('reader')",
      'GET /health: anyone',
      'GET /users: signed in',
      "GET /users/:userId: own('userId')",
      "PATCH /users/:userId: role('admin')",
      "PUT /users/:userId: role('admin')",
    ])
  })

  test('recognises a hook of the plugin that a route is in, and of no other', async () => {
    const app = await make()
    app.register(async (inside) => {
      inside.get('/a', answer)
      inside.addHook('onRequest', guard())
    })
    app.register(async (outside) => {
      outside.get('/b', answer)
    })
    expect(await faults(app)).toEqual(['undeclared GET /b'])
  })

  test('tells the line of a route without a rule', async () => {
    const app = await make()
    app.get('/x', answer)
    await app.ready()
    const [fault] = inspect(readRoutes(app)).faults
    expect(fault?.source?.file).toBe('packages/guard/src/adapters/fastify/routes.test.ts')
    expect(fault?.remedy).toContain("app.get('/x', { onRequest: guard() }, …)")
  })

  test('reports routes that were registered before the plugin was loaded', async () => {
    const app = Fastify()
    app.register(plugin)
    app.get('/early/:id', { onRequest: guard() }, answer)
    app.get('/quiet', { onRequest: guard(), exposeHeadRoute: false }, answer)
    app.head('/head', { onRequest: guard() }, answer)
    expect(await faults(app)).toEqual([
      'unreadable GET /early/:id',
      'unreadable GET /quiet',
      'unreadable HEAD /head',
    ])
    expect(await faults(Fastify())).toEqual(['unreadable The application'])
  })

  test('hears every route of a crowded tree', async () => {
    const app = await make()
    for (const path of ['/a/:x/y', '/a/:z', '/a/:x-:y/z', '/ab', '/a', '/o/:p?', '/r/:id(^\\d+$)', '*'])
      app.get(path, { onRequest: guard.shared('all the same') }, answer)
    app.register(async (inside) => inside.get('/', { onRequest: guard() }, answer), { prefix: '/pre' })
    expect(await faults(app)).toEqual([])
  })

  test('does not let a hook of the whole application open its routes', async () => {
    const app = await make()
    app.addHook('onRequest', guard.open('for now'))
    app.get('/x', answer)
    expect(await faults(app)).toEqual(['open-by-wildcard GET /x'])
  })

  test('finds a guard among the hooks that run after the handler, and one in a plugin without routes', async () => {
    const app = await make()
    app.get('/x', { onSend: guard() }, answer)
    app.register(async (empty) => void empty.addHook('onRequest', guard()), { prefix: '/empty' })
    expect(await faults(app)).toEqual(['guard-after-handler GET /x', 'guard-never-runs ALL /empty/*'])
  })

  test('takes no routes after sealing', async () => {
    const app = await make()
    app.get('/x', { onRequest: guard() }, answer)
    await sealFastify(app)
    expect(() => app.get('/y', { onRequest: guard() }, answer)).toThrow()
  })
})
