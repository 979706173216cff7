import Router from '@koa/router'
import Koa from 'koa'
import { describe, expect, test } from 'vitest'
import { inspect } from '../../routes/inspect.ts'
import { manifestOf } from '../../routes/manifest.ts'
import { guard } from '../../routes/testing/guards.ts'
import { own, role } from '../../routes/testing/tables.ts'
import { readRoutes, sealKoa } from './routes.ts'

const answer = (ctx: { body: unknown }): void => {
  ctx.body = 'here'
}

function make(...routers: readonly Router[]): Koa {
  const app = new Koa()
  for (const router of routers) app.use(router.routes()).use(router.allowedMethods())
  return app
}

const faults = (app: Koa): string[] =>
  inspect(readRoutes(app)).faults.map(({ kind, subject }) => `${kind} ${subject}`)

const routes = (app: Koa): string[] => {
  const table = readRoutes(app)
  return manifestOf(table, inspect(table)).routes.map(
    ({ method, path, printed }) => `${method} ${path}: ${printed}`,
  )
}

describe('Koa', () => {
  test('takes `all` for one route: without a guard one fault, which claims no guard', () => {
    const app = make(new Router().all('/rpc', answer))
    expect(inspect(readRoutes(app)).faults).toMatchObject([
      {
        kind: 'undeclared',
        subject: 'ALL /rpc',
        detail: expect.stringMatching(/^It has neither a rule nor/),
      },
    ])
  })

  test('reads routes, prefixes, nested routers and lists of methods', () => {
    const posts = new Router().get('/:postId', guard(own('postId')), answer)
    const router = new Router({ prefix: '/api' })
    router.get('/health', guard.open('probe'), answer)
    router.all('/any', guard(), answer)
    router.register('/both', ['PUT', 'PATCH'], [guard(role('admin')), answer])
    router.use('/posts', posts.routes())
    expect(faults(make(router))).toEqual([])
    expect(routes(make(router))).toEqual([
      'ALL /api/any: signed in',
      "PATCH /api/both: role('admin')",
      "PUT /api/both: role('admin')",
      'GET /api/health: anyone',
      "GET /api/posts/:postId: own('postId')",
    ])
  })

  test('recognises guards of the application, of a router and of a path, each for what it is in front of', () => {
    const guarded = new Router()
    guarded.use(guard())
    guarded.get('/a', answer)
    const pathed = new Router()
    pathed.use('/b', guard())
    pathed.get('/b/c', answer).get('/d', answer)
    expect(faults(make(guarded, pathed))).toEqual(['undeclared GET /d'])
    const app = new Koa()
    app.use(guard())
    app.use(new Router().get('/a', answer).routes())
    expect(faults(app)).toEqual([])
  })

  test('finds the wrong order, shadowed routes, and parameters that a layer cannot read', () => {
    const router = new Router()
    router.get('/a', answer, guard())
    router.get('/b/:id', guard(own('id')), answer)
    router.get('/b/me', guard(), answer)
    expect(faults(make(router))).toEqual(['guard-after-handler GET /a', 'shadowed GET /b/me'])
    const blind = new Router()
    blind.use(guard(own('id')))
    blind.get('/c/:id', answer)
    expect(faults(make(blind))).toEqual(['unknown-parameter ALL /*'])
  })

  test("does not count a router's case-sensitive guard in front of routes that are not", async () => {
    const router = new Router({ prefix: '/admin' })
    router.use(guard())
    router.get('/x', answer)
    expect(faults(make(router))).toEqual(['undeclared GET /admin/x', 'guard-never-runs ALL /admin/*'])
    const minding = new Router({ prefix: '/admin', sensitive: true })
    minding.use(guard())
    minding.get('/x', answer)
    expect(faults(make(minding))).toEqual([])
  })

  test('does not let a router open everything in it at once', () => {
    const router = new Router()
    router.use(guard.open('for now'))
    router.get('/a', answer)
    expect(faults(make(router))).toEqual(['open-by-wildcard GET /a'])
  })

  test('wants a declaration for a function that answers everything', () => {
    const app = new Koa()
    app.use(answer)
    expect(faults(app)).toEqual(['undeclared ALL /*'])
  })

  test('takes no routes after sealing', async () => {
    const router = new Router().get('/a', guard(), answer)
    const app = make(router)
    await sealKoa(app)
    expect(() => router.get('/b', guard(), answer)).toThrow(/ GET \/b {2}\(.*koa\/routes\.test\.ts:\d+\)/)
    expect(() => router.use('/b', answer)).toThrow(/ ALL \/b {2}\(.*\/routes\.test\.ts:/)
    expect(() => app.use(answer)).toThrow(/ ALL \/\* \(answer\) {2}\(.*\/routes\.test\.ts:/)
  })
})
