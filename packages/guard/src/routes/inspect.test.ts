import { describe, expect, test } from 'vitest'
import type { Rule } from '../policy/rules/index.ts'
import { inspect } from './inspect.ts'
import { manifestOf } from './manifest.ts'
import type { Registration } from './registration.ts'
import {
  all,
  guarded,
  handler,
  layer,
  middleware,
  open,
  own,
  role,
  route,
  shared,
  tableOf,
} from './testing/tables.ts'

const faults = (...registrations: readonly Registration[]): string[] =>
  inspect(tableOf(registrations)).faults.map(({ kind, subject }) => `${kind} ${subject}`)

const routes = (...registrations: readonly Registration[]) => {
  const table = tableOf(registrations)
  return manifestOf(table, inspect(table)).routes
}

describe('a route that declares nothing', () => {
  test('is a fault', () => {
    expect(faults(route('GET', '/x', handler))).toEqual(['undeclared GET /x'])
  })

  test('is settled by a guard, an opening with a reason, and a guard on a router above', () => {
    expect(faults(route('GET', '/x', guarded(), handler))).toEqual([])
    expect(faults(route('GET', '/x', open('probe'), handler))).toEqual([])
    expect(
      faults(layer('/x', guarded()), route('GET', '/x', handler), route('GET', '/x/y', handler)),
    ).toEqual([])
  })

  test('is not settled by a guard on another path, another method, or one registered after it', () => {
    expect(faults(layer('/y', guarded()), route('GET', '/y', handler), route('GET', '/x', handler))).toEqual([
      'undeclared GET /x',
    ])
    expect(
      faults(layer('/xy', guarded()), route('GET', '/xy', handler), route('GET', '/x', handler)),
    ).toEqual(['undeclared GET /x'])
    const late = inspect(tableOf([route('GET', '/x', handler), layer('/x', guarded())])).faults
    expect(late[0]?.detail).toContain('The guard on /x/* (app.ts:1) is registered after it')
  })

  test.each(['OPTIONS', 'HEAD', 'TRACE'])(
    'is a handler of its own for %s, until guard.open allows it',
    (method) => {
      expect(faults(route(method, '/x', handler), route('GET', '/x', guarded(), handler))).toEqual([
        `undeclared ${method} /x`,
      ])
      expect(faults(route(method, '/x', open('answers preflights'), handler))).toEqual([])
    },
  )

  test('is a HEAD that was written beside a guarded GET', () => {
    expect(faults(route('HEAD', '/x', handler), route('GET', '/x', guarded(), handler))).toEqual([
      'undeclared HEAD /x',
    ])
  })

  test('names the functions in which a guard could be hidden', () => {
    const [fault] = inspect(
      tableOf([layer('/', middleware('checkToken')), route('GET', '/x', handler)]),
    ).faults
    expect(fault?.detail).toContain('called inside another function (checkToken) is not seen')
  })
})

describe('a guard that never runs', () => {
  test('comes after the handler', () => {
    expect(faults(route('GET', '/x', handler, guarded()))).toEqual(['guard-after-handler GET /x'])
    expect(faults(route('GET', '/x', middleware('show'), guarded()))).toEqual(['guard-after-handler GET /x'])
    expect(faults(route('GET', '/x', middleware('validate'), guarded(), handler))).toEqual([])
  })

  test('is on a route that an earlier one answers', () => {
    const wide = route('GET', '/users/:id', guarded(own('id')), handler)
    expect(faults(wide, route('GET', '/users/me', guarded(), handler))).toEqual(['shadowed GET /users/me'])
    expect(faults(route('GET', '/users/me', guarded(), handler), wide)).toEqual([])
  })

  test('has no route behind it', () => {
    expect(faults(layer('/admni', guarded()), route('GET', '/x', guarded(), handler))).toEqual([
      'guard-never-runs ALL /admni/*',
    ])
  })

  test('is missing where a router is mounted a second time', () => {
    const identity = {}
    const { faults: found } = inspect(
      tableOf([
        layer('/a', guarded()),
        { ...route('GET', '/a/x', handler), identity },
        { ...route('GET', '/b/x', handler), identity },
      ]),
    )
    expect(found).toHaveLength(1)
    expect(found[0]?.detail).toContain('mounted here a second time without one')
  })
})

describe('a blanket opening', () => {
  test('from the root declares nothing', () => {
    expect(faults(layer('/', open('files')), route('GET', '/x', handler))).toEqual([
      'open-by-wildcard GET /x',
    ])
  })

  test('of a path declares what reads, and is noted', () => {
    const docs = layer('/docs', open('documentation'))
    expect(routes(docs, route('GET', '/docs/a', handler))).toMatchObject([
      { kind: 'open', notes: ['open through /docs/*'] },
    ])
    expect(faults(docs, route('POST', '/docs/a', handler))).toEqual(['open-by-wildcard POST /docs/a'])
  })

  test('in the same router declares all of it', () => {
    const within = { scope: ['auth'] }
    expect(
      faults(
        { ...layer('/auth', open('signing in')), ...within },
        { ...route('POST', '/auth/x', handler), ...within },
      ),
    ).toEqual([])
  })
})

describe('ownership', () => {
  test('must be said of a route with parameters that any signed-in user may call', () => {
    expect(faults(route('GET', '/users/:id', guarded(), handler))).toEqual([
      'ownership-undeclared GET /users/:id',
    ])
    expect(faults(route('GET', '/users/:id', shared('a public profile'), handler))).toEqual([])
    expect(faults(route('GET', '/users/:id', guarded(own('id')), handler))).toEqual([])
    expect(faults(route('GET', '/users/:id', guarded(role('admin')), handler))).toEqual([])
  })

  test('is not said by a rule beside one that lets everybody in', () => {
    const rules = guarded(own('id'), { kind: 'stepUp', acr: 'mfa' })
    expect(faults(route('GET', '/users/:id', rules, handler))).toEqual([
      'ownership-undeclared GET /users/:id',
    ])
  })

  test('of a parameter that the route does not have is a fault', () => {
    expect(faults(route('GET', '/users/:userId', guarded(own('id')), handler))).toEqual([
      'unknown-parameter GET /users/:userId',
    ])
    expect(faults(layer('/users', guarded(own('id'))), route('GET', '/users/:id', handler))).toEqual([
      'unknown-parameter ALL /users/*',
    ])
  })

  test('of one parameter leaves the others to nobody, until a rule or a reason mentions them', () => {
    const path = '/posts/:postId/comments/:commentId'
    const found = (...steps: Parameters<typeof route>[2][]): string[] =>
      faults(route('GET', path, ...steps, handler))
    const fault = [`parameter-unmentioned GET ${path}`]
    expect(found(guarded(own('postId')))).toEqual(fault)
    expect(found(guarded(own('postId'), role('admin')))).toEqual(fault)
    expect(found(guarded(all(own('postId'), role('author'))))).toEqual(fault)
    // either of two owners is one who owns only one of the two
    expect(found(guarded(own('postId'), own('commentId')))).toEqual(fault)
    const check: Rule = { kind: 'check', name: 'comment of this post', test: () => true }
    for (const guard of [
      guarded(all(own('postId'), own('commentId'))),
      guarded(all(own('postId'), check)),
      guarded(role('admin')),
      shared('looked up within the post', own('postId')),
    ])
      expect(found(guard)).toEqual([])
    const [first] = inspect(tableOf([route('GET', path, guarded(own('postId')), handler)])).faults
    expect(first?.detail).toBe(
      "own('postId') says nothing about :commentId: whoever passes may name anybody's.",
    )
    expect(first?.remedy).toContain("guard(all(own('postId'), own('commentId', loadOwner)))")
    expect(first?.remedy).toContain("guard.shared('why', own('postId'))")
  })

  test('leaves notes: who reaches every id, and which parameters no rule mentions', () => {
    expect(
      routes(
        route('GET', '/posts/:postId', guarded(role('editor')), handler),
        route('GET', '/users/:userId/posts/:postId', shared('of the user', own('userId')), handler),
      ),
    ).toMatchObject([
      { notes: ['reaches every id'], unmentioned: [] },
      { notes: ['parameter :postId is not mentioned by any rule'], unmentioned: ['postId'] },
    ])
  })
})

test('guards above and on the route must both be passed', () => {
  const [found] = routes(
    layer('/admin', guarded(role('admin'), role('auditor'))),
    route('GET', '/admin/:id', guarded(own('id')), handler),
  )
  expect(found?.printed).toBe("all(role('admin'), own('id')) or all(role('auditor'), own('id'))")
})

test('an opening below a guard has no effect and is noted', () => {
  const [found] = routes(layer('/api', guarded()), route('GET', '/api/health', open('probe'), handler))
  expect(found).toMatchObject({ kind: 'guarded', printed: 'signed in' })
  expect(found?.notes[0]).toContain('has no effect here')
})

test('a function mounted in front of nothing answers itself and needs a declaration', () => {
  expect(faults(layer('/docs', middleware('swagger')))).toEqual(['undeclared ALL /docs/*'])
  expect(faults(layer('/api', middleware('limit')), route('GET', '/api/x', guarded(), handler))).toEqual([])
})

test('the manifest is ordered by path and method whatever the order of registration', () => {
  const [a, b, c] = [
    route('POST', '/a', guarded(), handler),
    route('GET', '/a', guarded(), handler),
    route('GET', '/b', guarded(), handler),
  ] as const
  expect(routes(c, a, b)).toEqual(routes(b, c, a))
})
