import { createRequire } from 'node:module'
import express5, { type Express, type RequestHandler } from 'express'
import { describe, expect, test } from 'vitest'
import { UndeclaredRoutesError } from '../../routes/fault.ts'
import { inspect } from '../../routes/inspect.ts'
import { manifestOf } from '../../routes/manifest.ts'
import { guard } from '../../routes/testing/guards.ts'
import { own, role } from '../../routes/testing/tables.ts'
import { recordRegistrations } from './record.ts'
import { readRoutes, type SealOptions, sealExpress } from './routes.ts'

// Its types are those of Express 5 as far as these tests go.
const express4: typeof express5 = createRequire(import.meta.url)('express4')
const answer: RequestHandler = (_req, res) => {
  res.end()
}

/** An application made before the recording began: what Express itself keeps is all there is. */
const early = [express5, express4].map((express) => {
  const sub = express()
  sub.get('/inside', guard(), answer)
  const app = express()
  app.use('/early', sub)
  const byRouter = express()
  byRouter.use('/early', express.Router().get('/inside', guard(), answer))
  return { sub, app, byRouter }
})

recordRegistrations()

const faults = (app: Express, options?: SealOptions): string[] =>
  inspect(readRoutes(app, options)).faults.map(({ kind, subject }) => `${kind} ${subject}`)

const routes = (app: Express, options?: SealOptions): string[] => {
  const table = readRoutes(app, options)
  return manifestOf(table, inspect(table)).routes.map(
    ({ method, path, printed }) => `${method} ${path}: ${printed}`,
  )
}

describe.each([
  ['Express 5', express5, 0],
  ['Express 4', express4, 1],
] as const)('%s', (_, express, index) => {
  test('takes `all` for one route: without a guard one fault, which claims no guard', () => {
    const app = express()
    app.all('/rpc', answer)
    expect(inspect(readRoutes(app)).faults).toMatchObject([
      {
        kind: 'undeclared',
        subject: 'ALL /rpc',
        detail: expect.stringMatching(/^It has neither a rule nor/),
      },
    ])
    const guarded = express()
    guarded.all('/rpc', guard(), answer)
    expect(routes(guarded)).toEqual(['ALL /rpc: signed in'])
  })

  test('does not take another method of the same path for a second mount', () => {
    const app = express()
    app.route('/x').get(guard(), answer).post(answer)
    const [fault] = inspect(readRoutes(app)).faults
    expect(fault?.subject).toBe('POST /x')
    expect(fault?.detail).toMatch(/^It has neither a rule nor/)
  })

  test('reads routes, nested routers and mounted applications with their paths', () => {
    const app = express()
    const posts = express
      .Router({ mergeParams: true })
      .get('/:postId', guard.shared('of the user', own('userId')), answer)
    const users = express.Router().get('/', guard(), answer)
    users.use('/:userId/posts', posts)
    const sub = express()
    sub
      .route('/x')
      .all(guard(role('admin')))
      .get(answer)
      .put(answer)
    app.get('/health', guard.open('probe'), answer)
    app.use('/users', users)
    app.use('/sub', sub)
    expect(faults(app)).toEqual([])
    expect(routes(app)).toEqual([
      'GET /health: anyone',
      "GET /sub/x: role('admin')",
      "PUT /sub/x: role('admin')",
      'GET /users: signed in',
      "GET /users/:userId/posts/:postId: own('userId')",
    ])
  })

  test('tells the line of a route without a guard', () => {
    const app = express()
    app.get('/x', answer)
    const [fault] = inspect(readRoutes(app)).faults
    expect(fault).toMatchObject({ kind: 'undeclared', subject: 'GET /x' })
    expect(fault?.source?.file).toBe('packages/guard/src/adapters/express/routes.test.ts')
    expect(fault?.remedy).toContain("app.get('/x', guard(), …)")
  })

  test('recognises guards of routers, of paths and in the same call as a router', () => {
    const app = express()
    const inside = express.Router()
    inside.use(guard())
    inside.get('/a', answer)
    app.use('/inside', inside)
    app.use('/admin', guard(role('admin')), express.Router().get('/b', answer))
    app.use('/pathed', guard())
    app.get('/pathed/c', answer)
    expect(faults(app)).toEqual([])
  })

  test('finds the second mount of a router without the guard', () => {
    const app = express()
    const router = express.Router().get('/b', answer)
    app.use('/admin', guard(), router)
    app.use('/internal', router)
    expect(faults(app)).toEqual(['undeclared GET /internal/b'])
  })

  test('finds guards in the wrong order, shadowed routes and guards on paths without routes', () => {
    const app = express()
    app.get('/a', answer, guard())
    app.get('/b/:id', guard(own('id')), answer)
    app.get('/b/me', guard(), answer)
    app.get('/c', answer)
    app.use('/c', guard())
    expect(faults(app)).toEqual([
      'guard-after-handler GET /a',
      'shadowed GET /b/me',
      'undeclared GET /c',
      'guard-never-runs ALL /c/*',
    ])
  })

  test('says that a guard inside another function is not seen', () => {
    const app = express()
    const inner = guard()
    const checkToken: RequestHandler = (req, res, next) => inner(req, res, next)
    app.get('/x', checkToken, answer)
    expect(inspect(readRoutes(app)).faults[0]?.detail).toContain('(checkToken) is not seen')
  })

  test('wants a declaration for static files, also where an opening stands alone at the root', () => {
    const bare = express()
    bare.use('/assets', express.static('.'))
    expect(faults(bare)).toEqual(['undeclared GET /assets/*'])
    const declared = express()
    declared.use(guard.open('public files'), express.static('.'))
    declared.get('/x', answer)
    expect(faults(declared)).toEqual(['open-by-wildcard GET /x'])
    expect(routes(declared)).toEqual(['GET /*: anyone'])
  })

  test('reads wildcard and optional paths, and lists of paths', () => {
    const app = express()
    app.get(['/a', '/b'], guard(), answer)
    app.get(index === 0 ? '/c{/:id}' : '/c/:id?', guard(own('id')), answer)
    app.get(index === 0 ? '/files/*path' : '/files/*', guard(role('reader')), answer)
    app.get(/^\/r.*/, guard(), answer)
    expect(faults(app)).toEqual(['unknown-parameter GET /c'])
    expect(routes(app)).toEqual([
      'GET //^\\/r.*/: signed in',
      'GET /a: signed in',
      'GET /b: signed in',
      "GET /c: own('id')",
      "GET /c/:id: own('id')",
      index === 0 ? "GET /files/*path: role('reader')" : "GET /files/*: role('reader')",
    ])
  })

  test("does not let own() name a parameter that a router without mergeParams can't read", () => {
    const app = express()
    app.use('/users/:userId', express.Router().get('/posts', guard(own('userId')), answer))
    expect(faults(app)).toEqual(['unknown-parameter GET /users/:userId/posts'])
  })

  test('does not count a case-sensitive guard in front of a router that is not', () => {
    const app = express()
    app.set('case sensitive routing', true)
    app.use('/admin', guard())
    app.use(express.Router().get('/admin/x', answer))
    const [fault] = inspect(readRoutes(app)).faults
    expect(fault?.subject).toBe('GET /admin/x')
    expect(fault?.detail).toContain('is case-sensitive')
  })

  test('counts a case-sensitive guard in front of a router that is mounted below it, whose own paths are not', async () => {
    const app = express()
    app.set('case sensitive routing', true)
    app.use('/admin', guard(role('admin')))
    app.use('/admin', express.Router().get('/stats', answer))
    expect(faults(app)).toEqual([])
    expect(routes(app)).toEqual(["GET /admin/stats: role('admin')"])
  })

  test('an application mounted before the recording began is unreadable until it is named', () => {
    const { app, sub } = early[index] ?? {}
    if (app === undefined || sub === undefined) throw new Error('no application')
    expect(faults(app)).toHaveLength(1)
    expect(faults(app)[0]).toMatch(/^unreadable/)
    expect(faults(app, { mounts: [sub] })).toEqual([])
    expect(routes(app, { mounts: [sub] })).toEqual(['GET /early/inside: signed in'])
  })

  test('a router mounted before the recording began is read where Express keeps its path', () => {
    const { byRouter } = early[index] ?? {}
    if (byRouter === undefined) throw new Error('no application')
    if (index === 0) expect(routes(byRouter)).toEqual(['GET /early/inside: signed in'])
    else expect(faults(byRouter)).toEqual(['unreadable The function router'])
  })

  test('takes no routes after sealing, and names each by method and path and the line that registers it', async () => {
    const app = express()
    const router = express.Router().get('/x', guard(), answer)
    app.use('/below', router)
    const sub = express()
    sub.get('/x', guard(), answer)
    app.use('/sub', sub)
    const route = app.route('/one')
    route.get(guard(), answer)
    await sealExpress(app)
    const late: readonly (readonly [name: string, register: () => unknown])[] = [
      ['GET /y', () => app.get('/y', guard(), answer)],
      ['ALL /y', () => app.all('/y', guard(), answer)],
      ['POST /y', () => app.route('/y').post(answer)],
      ['ALL /y/*', () => app.use('/y', answer)],
      ['ALL /*', () => app.use(answer)],
      ['DELETE /below/:id', () => router.delete('/:id', answer)],
      ['ALL /below/z/*', () => router.use('/z', answer)],
      ['GET /sub/y', () => sub.get('/y', answer)],
      ['PUT /one', () => route.put(answer)],
    ]
    for (const [subject, register] of late) {
      const error = thrownBy(register)
      expect(error).toBeInstanceOf(UndeclaredRoutesError)
      const source = { file: 'packages/guard/src/adapters/express/routes.test.ts', line: expect.any(Number) }
      expect(error).toMatchObject({ faults: [{ kind: 'registered-late', subject, source }] })
    }
    expect(new Set(late.map(([, register]) => printedPlace(thrownBy(register)))).size).toBe(late.length)
    expect(routes(app)).toEqual(['GET /below/x: signed in', 'GET /one: signed in', 'GET /sub/x: signed in'])
  })
})

function thrownBy(act: () => unknown): unknown {
  try {
    act()
  } catch (error) {
    return error
  }
  return undefined
}

const printedPlace = (error: unknown): string => /routes\.test\.ts:\d+/.exec(String(error))?.[0] ?? ''
