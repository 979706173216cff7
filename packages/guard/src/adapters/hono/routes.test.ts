import { serveStatic } from '@hono/node-server/serve-static'
import { Hono, type MiddlewareHandler } from 'hono'
import { cors } from 'hono/cors'
import { mount } from 'hono/mount'
import { describe, expect, test } from 'vitest'
import { inspect } from '../../routes/inspect.ts'
import { manifestOf } from '../../routes/manifest.ts'
import { guard } from '../../routes/testing/guards.ts'
import { own, role } from '../../routes/testing/tables.ts'
import { readRoutes, type SealOptions, sealHono } from './routes.ts'

const answer = (c: { text(text: string): Response }): Response => c.text('here')

const faults = (app: Hono, options?: SealOptions): string[] =>
  inspect(readRoutes(app, options)).faults.map(({ kind, subject }) => `${kind} ${subject}`)

const routes = (app: Hono, options?: SealOptions): string[] => {
  const table = readRoutes(app, options)
  return manifestOf(table, inspect(table)).routes.map(
    ({ method, path, printed }) => `${method} ${path}: ${printed}`,
  )
}

describe('Hono', () => {
  test('takes `all` for one route: without a guard one fault, which claims no guard', () => {
    const app = new Hono().all('/rpc', answer)
    expect(inspect(readRoutes(app)).faults).toMatchObject([
      {
        kind: 'undeclared',
        subject: 'ALL /rpc',
        detail: expect.stringMatching(/^It has neither a rule nor/),
      },
    ])
  })

  test('reads routes, sub-applications (those with an error handler too) and base paths', () => {
    const users = new Hono().get('/', guard(), answer).get('/:userId', guard(own('userId')), answer)
    users.onError((_, c) => c.text('wrong'))
    const app = new Hono().basePath('/api')
    app.get('/health', guard.open('probe'), answer)
    app.route('/users', users)
    app.on(['PUT', 'PATCH'], '/settings/:name?', guard(role('admin')), answer)
    expect(faults(app)).toEqual([])
    expect(routes(app)).toEqual([
      'GET /api/health: anyone',
      "PATCH /api/settings: role('admin')",
      "PUT /api/settings: role('admin')",
      "PATCH /api/settings/:name: role('admin')",
      "PUT /api/settings/:name: role('admin')",
      'GET /api/users: signed in',
      "GET /api/users/:userId: own('userId')",
    ])
  })

  test('recognises guards in front of a path, and inside a sub-application', () => {
    const app = new Hono()
    app.use(cors())
    app.use('/admin/*', guard(role('admin')))
    app.get('/admin/stats', answer)
    const inside = new Hono()
    inside.use(guard())
    inside.get('/x', answer)
    app.route('/inside', inside)
    expect(faults(app)).toEqual([])
  })

  test('finds what is undeclared, in the wrong order, shadowed, or guarded on another path', () => {
    const app = new Hono()
    app.use('/admni/*', guard())
    app.get('/admin', answer)
    app.get('/a', answer, guard())
    app.get('/b', guard(), answer)
    app.get('/b', guard(), answer)
    app.get('/c/:id', guard(own('id')), answer)
    app.get('/c/me', guard(), answer)
    app.get('/d', answer)
    app.use('/d/*', guard())
    expect(faults(app)).toEqual([
      'undeclared GET /admin',
      'guard-after-handler GET /a',
      'shadowed GET /b',
      'shadowed GET /c/me',
      'undeclared GET /d',
      'guard-never-runs ALL /admni/*',
      'guard-never-runs ALL /d/*',
    ])
  })

  test('an opening in front of a path opens what reads there, and an opening of everything opens nothing', () => {
    const app = new Hono()
    app.use('/docs/*', guard.open('documentation'))
    app.get('/docs/a', answer)
    app.post('/docs/a', answer)
    expect(faults(app)).toEqual(['open-by-wildcard POST /docs/a'])
    const wide = new Hono()
    wide.use(guard.open('for now'))
    wide.get('/x', answer)
    expect(faults(wide)).toEqual(['open-by-wildcard GET /x'])
  })

  test('wants a declaration for static files', () => {
    const app = new Hono()
    app.use('/assets/*', serveStatic({ root: '.' }))
    expect(faults(app)).toEqual(['undeclared GET /assets/*'])
    const declared = new Hono()
    declared.use('/assets/*', guard.open('the page itself'), serveStatic({ root: '.' }))
    expect(routes(declared)).toEqual(['GET /assets/*: anyone'])
  })

  test('reports what is mounted, and reads it when it is named', () => {
    const legacy = new Hono().get('/:id', guard(own('id')), answer)
    const byMethod = new Hono()
    byMethod.mount('/legacy', legacy.fetch)
    const byMiddleware = new Hono()
    byMiddleware.all('/legacy/*', mount(legacy.fetch))
    for (const app of [byMethod, byMiddleware]) {
      expect(faults(app)).toEqual(['unreadable ALL /legacy/*'])
      expect(routes(app, { mounts: { '/legacy': legacy } })).toEqual(["GET /legacy/:id: own('id')"])
    }
    const behind = new Hono()
    behind.use('/legacy/*', guard(role('admin')))
    behind.mount('/legacy', legacy.fetch)
    expect(routes(behind)).toEqual(["ALL /legacy/*: role('admin')"])
    const signedIn = new Hono()
    signedIn.use('/legacy/*', guard())
    signedIn.mount('/legacy', legacy.fetch)
    expect(faults(signedIn)).toEqual(['unreadable ALL /legacy/*'])
  })

  test('says that a guard inside another function is not seen', () => {
    const app = new Hono()
    const checkToken: MiddlewareHandler = async (_, next) => {
      await guard()()
      await next()
    }
    app.get('/x', checkToken, answer)
    expect(inspect(readRoutes(app)).faults[0]?.detail).toContain('(checkToken) is not seen')
  })

  test('does not count a guard on a path that differs in case', () => {
    const app = new Hono().use('/Admin/*', guard()).get('/admin/x', answer)
    expect(faults(app)).toContain('undeclared GET /admin/x')
  })

  test('takes no routes after sealing', async () => {
    const app = new Hono()
    app.get('/x', guard(), answer)
    await sealHono(app)
    expect(() => app.get('/y', guard(), answer)).toThrow(/ GET \/y {2}\(.*hono\/routes\.test\.ts:\d+\)/)
    expect(() => app.route('/z', new Hono().post('/', answer))).toThrow(
      / POST \/z {2}\(.*\/routes\.test\.ts:/,
    )
    expect((await app.request('/y')).status).toBe(404)
  })
})
