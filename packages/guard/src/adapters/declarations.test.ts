import { expect, test } from 'vitest'
import { declarationOf } from '../routes/declared.ts'
import { createTestIssuer } from '../testing/index.ts'
import { createGuard as express } from './express/index.ts'
import { createGuard as fastify } from './fastify/index.ts'
import { createGuard as hono } from './hono/index.ts'
import { all, createGuard as koa, permission, role } from './koa/index.ts'
import { createGuard as node } from './node/index.ts'
import { createGuard as web } from './web/index.ts'

const issuer = createTestIssuer({ audience: 'lounge' })
const options = { issuer: issuer.issuer, audience: 'lounge', jwks: issuer.jwks() }
const guards = { express, fastify, hono, koa, node, web }

test.each(Object.entries(guards))('%s: whatever a guard makes carries what was declared', (_name, create) => {
  const guard = create(options)
  expect(declarationOf(guard())).toEqual({ kind: 'guarded', rules: [] })
  expect(
    declarationOf(guard(role('admin'), all(role('clerk'), permission('a:b')), { onStale: 'deny' })),
  ).toEqual({
    kind: 'guarded',
    rules: [role('admin'), all(role('clerk'), permission('a:b'))],
    onStale: 'deny',
  })
  expect(declarationOf(guard.stream(role('admin')))).toEqual({ kind: 'guarded', rules: [role('admin')] })
  expect(declarationOf(guard.optional('strangers see posts'))).toEqual({
    kind: 'optional',
    reason: 'strangers see posts',
  })
  expect(declarationOf(guard.open('liveness probe'))).toEqual({ kind: 'open', reason: 'liveness probe' })
  expect(declarationOf(guard.shared('a directory', role('member')))).toEqual({
    kind: 'shared',
    rules: [role('member')],
    reason: 'a directory',
  })
  expect(declarationOf(guard.upgrade(role('member'))(() => {}))).toMatchObject({ kind: 'guarded' })
})

test('what a wrapper makes of a handler carries it too', () => {
  expect(declarationOf(node(options).open('why')(() => {}))).toEqual({ kind: 'open', reason: 'why' })
  expect(declarationOf(web(options).open('why')(() => new Response()))).toEqual({
    kind: 'open',
    reason: 'why',
  })
})

test('a declaration without a reason is refused at start', () => {
  for (const create of Object.values(guards)) {
    const guard = create(options)
    for (const reason of ['', '  ', undefined as never]) {
      expect(() => guard.open(reason)).toThrow('needs a reason')
      expect(() => guard.optional(reason)).toThrow('needs a reason')
      expect(() => guard.shared(reason)).toThrow('needs a reason')
    }
  }
})
