import { expect, test } from 'vitest'
import { createGuard, type GuardOptions, permission, type Rule, role } from './adapters/express/index.ts'
import { all, createGuard as createHonoGuard } from './adapters/hono/index.ts'
import { createTestIssuer } from './testing/index.ts'

const issuer = createTestIssuer({ audience: 'posts' })
const options = { issuer: issuer.issuer, audience: 'posts', jwks: issuer.jwks() }
const guard = createGuard({
  ...options,
  roles: ['member', 'admin'],
  permissions: ['posts:read', 'posts:edit'],
})
const hono = createHonoGuard({ ...options, permissions: ['posts:read'] })
const free = createGuard(options)

// The compiler is half of this test: each "expect error" below is an error of its own where there is none.
test('a name that the application does not have fails to compile, and throws at start where types were dodged', () => {
  expect(() => guard(role('admin'), all(permission('posts:edit'), role('member')))).not.toThrow()
  // @ts-expect-error: no such role
  expect(() => guard(role('amdin'))).toThrow("role('amdin')")
  // @ts-expect-error: no such permission
  expect(() => guard(permission('posts:delete'))).toThrow("permission('posts:delete')")
  // @ts-expect-error: no such role, within all() too
  expect(() => guard(all(role('amdin'), permission('posts:edit')))).toThrow("role('amdin')")
  // @ts-expect-error: a permission is no role
  expect(() => guard(role('posts:edit'))).toThrow("role('posts:edit')")
  // @ts-expect-error: with route options behind it, and on other declarations
  expect(() => guard(role('amdin'), { onStale: 'deny' })).toThrow("role('amdin')")
  // @ts-expect-error: no such role
  expect(() => guard.stream(role('amdin'))).toThrow("role('amdin')")
  // @ts-expect-error: no such role
  expect(() => guard.upgrade(role('amdin'))).toThrow("role('amdin')")
  // @ts-expect-error: no such role
  expect(() => guard.shared('a reason', role('amdin'))).toThrow("role('amdin')")
  expect(() => guard(role('amdin') as Rule as never)).toThrow("role('amdin')")
})

test('what was not listed is not restricted', () => {
  expect(() => hono(role('anything'), permission('posts:read'))).not.toThrow()
  // @ts-expect-error: permissions were listed
  expect(() => hono(permission('posts:edit'))).toThrow("permission('posts:edit')")
  expect(() => free(role('anything'), permission('any:thing'))).not.toThrow()
})

test('options that name no roles are options of any guard', () => {
  const shared: GuardOptions = options
  expect(() => createGuard(shared)(role('anything'))).not.toThrow()
})
