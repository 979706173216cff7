import express from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import Koa from 'koa'
import { afterEach, describe, expect, it, test } from 'vitest'
import * as onExpress from './adapters/express/index.ts'
import * as onFastify from './adapters/fastify/index.ts'
import * as onHono from './adapters/hono/index.ts'
import * as onKoa from './adapters/koa/index.ts'
import * as onNest from './adapters/nest/index.ts'
import * as onNode from './adapters/node/index.ts'
import * as onWeb from './adapters/web/index.ts'
import * as bare from './index.ts'
import { createTestIssuer } from './testing/index.ts'

const { all, auth0, betterAuth, entra, introspection, keycloak, role, stepUp, supabase } = bare
const issuer = createTestIssuer({ audience: 'lounge' })
const good = { issuer: issuer.issuer, audience: 'lounge', jwks: issuer.jwks(), revocation: false } as const
/** A value as JavaScript hands it over, where no compiler looks. */
const as = (value: unknown): never => value as never

const adapters = { onExpress, onFastify, onHono, onKoa, onNest, onNode, onWeb }

function messageOf(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    if (error instanceof bare.ConfigurationError) return error.message
    throw error
  }
  return 'accepted'
}

describe.each(Object.entries({ bare, ...adapters }))('createGuard, %s,', (_name, { createGuard }) => {
  it('names every option that it does not know, and what was probably meant', () => {
    const message = messageOf(() =>
      createGuard(as({ ...good, revokation: false, clockTolerence: 3, zzz: 1 })),
    )
    expect(message).toBe(
      'createGuard: `revokation` is not an option. Did you mean `revocation`? ' +
        '`clockTolerence` is not an option. Did you mean `clockTolerance`? `zzz` is not an option.',
    )
  })
})

describe('createGuard', () => {
  it('looks into what options are made of, and names all of it at once', () => {
    const message = messageOf(() =>
      bare.createGuard(
        as({
          audience: 'lounge',
          isuer: 'x',
          claims: { role: () => [] },
          revocation: { stalenes: '10s' },
          issuers: [
            { issuer: 'https://a.test', audiences: 'b' },
            { issuer: 'https://b.test', claims: { usrname: () => '' }, revocation: { onstale: 'deny' } },
          ],
        }),
      ),
    )
    for (const [name, meant] of [
      ['isuer', 'issuer'],
      ['claims.role', 'claims.roles'],
      ['revocation.stalenes', 'revocation.staleness'],
      ['issuers[0].audiences', 'issuers[0].audience'],
      ['issuers[1].claims.usrname', 'issuers[1].claims.username'],
      ['issuers[1].revocation.onstale', 'issuers[1].revocation.onStale'],
    ]) {
      expect(message).toContain(`\`${name}\` is not an option. Did you mean \`${meant}\`?`)
    }
  })

  it.each<[string, unknown, string]>([
    ['null', null, 'the options are not an object'],
    ['a text', 'https://a.test', 'the options are not an object'],
    ['a list', [], 'the options are not an object'],
    ['revocation that is true', { ...good, revocation: true }, '`revocation` is not an object'],
    ['revocation that is null', { ...good, revocation: null }, '`revocation` is not an object'],
    ['claims that are a function', { ...good, claims: () => ({}) }, '`claims` is not an object'],
    ['an option that is there without a value', { ...good, revokation: undefined }, '`revokation`'],
  ])('refuses %s', (_what, options, message) => {
    expect(messageOf(() => bare.createGuard(as(options)))).toContain(message)
  })

  it('takes a source of revocations as it is, whatever else it has', () => {
    const source = { standing: () => 'good' as const, close: () => {}, size: 3 }
    expect(() => bare.createGuard({ ...good, revocation: source })).not.toThrow()
    expect(() => bare.createGuard({ ...good, revocation: () => source })).not.toThrow()
  })
})

describe('what is on Object.prototype', () => {
  const planted = { revokation: false, typ: null, roles: () => ['admin'], onStale: 'allow', acr: 'pwd' }
  afterEach(() => {
    for (const name of Object.keys(planted)) Reflect.deleteProperty(Object.prototype, name)
  })

  it('is no option, known or unknown', async () => {
    // not enumerable: with one that is, no JSON is well-formed any more, and every token is refused
    for (const [name, value] of Object.entries(planted)) {
      Object.defineProperty(Object.prototype, name, { value, configurable: true })
    }
    const guard = bare.createGuard({ ...good, claims: {} })
    await expect(guard.verify(issuer.sign({}, { header: { typ: 'JWT' } }))).rejects.toMatchObject({
      code: 'token_type',
    })
    const request = { method: 'GET', header: () => undefined, param: () => undefined, native: undefined }
    const authorization = [`Bearer ${issuer.sign()}`]
    expect(await guard.decide({ ...request, authorization }, [role('admin')])).toMatchObject({
      reason: 'rule_not_met',
    })
    expect(stepUp({ maxAge: 5 })).not.toSatisfy((rule) => Object.hasOwn(rule as object, 'acr'))
  })
})

describe.each(Object.entries({ onExpress, onFastify, onHono, onKoa, onNest, onNode, onWeb }))(
  'a guard, %s,',
  (_name, { createGuard }) => {
    const guard = createGuard(good)

    it('names route options that it does not know', () => {
      const misspelt = as({ onStael: 'deny' })
      const expected = 'guard: `onStael` is not an option. Did you mean `onStale`?'
      expect(messageOf(() => guard(role('admin'), misspelt))).toBe(expected)
      expect(messageOf(() => guard(misspelt))).toBe(expected)
      expect(messageOf(() => guard.stream(role('admin'), misspelt))).toBe(expected)
      expect(messageOf(() => guard.upgrade(role('admin'), misspelt))).toBe(expected)
      expect(messageOf(() => guard.shared('why', role('admin'), misspelt))).toBe(expected)
      expect(messageOf(() => guard(role('admin'), { onStale: 'deny' }))).toBe('accepted')
    })

    it('takes nothing that is neither a rule nor options: a promise, an empty object', () => {
      for (const argument of [Promise.resolve(role('admin')), {}, [], null, undefined, () => true]) {
        expect(messageOf(() => guard(as(argument)))).toContain('an argument is not a rule')
      }
    })

    it('lets no rule stand behind a reason where none applies', () => {
      const { open, optional } = guard as unknown as Record<'open' | 'optional', (...args: unknown[]) => void>
      expect(messageOf(() => open('why', role('admin')))).toContain(
        'guard.open() takes a reason and nothing else',
      )
      expect(messageOf(() => optional('why', { onStale: 'deny' }))).toContain(
        'guard.optional() takes a reason',
      )
    })
  },
)

test.each<[string, () => unknown, string]>([
  [
    'stepUp',
    () => stepUp(as({ maxAgee: '5m' })),
    'stepUp: `maxAgee` is not an option. Did you mean `maxAge`?',
  ],
  ['keycloak', () => keycloak(as({ issuer: 'https://a.test', audience: 'a', clinet: 'b' })), '`client`'],
  ['auth0', () => auth0(as({ domain: 'a.test', audience: 'a', roleClaim: 'b' })), '`rolesClaim`'],
  ['entra', () => entra(as({ tenant: 't', audience: 'a', tennant: 'b' })), '`tenant`'],
  ['supabase', () => supabase(as({ url: 'https://a.test', audiance: 'b' })), '`audience`'],
  ['betterAuth', () => betterAuth(as({ url: 'https://a.test', basepath: 'b' })), '`basePath`'],
  ['createTestIssuer', () => createTestIssuer(as({ audeince: 'a' })), '`audience`'],
  ['sign', () => issuer.sign({}, as({ algo: 'none' })), '`alg`'],
  ['rotate', () => issuer.rotate(as({ keepold: false })), '`keepOld`'],
  [
    'introspection',
    () => introspection(as({ endpoint: 'https://a.test', credentials: { token: 'x' }, cachefor: 1 })),
    '`cacheFor`',
  ],
  [
    'its credentials',
    () =>
      introspection(as({ endpoint: 'https://a.test', credentials: { clientID: 'x', clientSecret: 'y' } })),
    '`credentials.clientId`',
  ],
])('%s names an option that it does not know', (_what, run, expected) => {
  const message = messageOf(run)
  expect(message).toContain('is not an option. Did you mean ')
  expect(message).toContain(expected)
})

test('a test issuer names what it does not know when it listens and revokes', async () => {
  const other = createTestIssuer()
  await expect(other.listen(as({ fed: true }))).rejects.toThrow('Did you mean `feed`?')
  const listening = await other.listen({ feed: true })
  expect(messageOf(() => listening.revoke(as({ session: 'x' })))).toContain('`session` is not an option')
  await listening.close()
})

test.each<[string, unknown, RegExp]>([
  ['step-up that demands nothing', { kind: 'stepUp', maxAgee: 300 }, /Did you mean `maxAge`/],
  ['step-up with no demand at all', { kind: 'stepUp' }, /needs acr/],
  ['step-up with a time as text', { kind: 'stepUp', maxAge: '5m' }, /whole seconds/],
  ['a list of no rules', { kind: 'all', rules: [] }, /all\(\) needs rules/],
  ['a text instead of a list', { kind: 'all', rules: 'admin' }, /all\(\) needs rules/],
  ['a rule within a list', { kind: 'all', rules: [{ kind: 'stepUp', acrr: 'mfa' }] }, /Did you mean `acr`/],
  ['an owner without a parameter', { kind: 'own', parm: 'userId' }, /Did you mean `param`/],
  ['an owner whose loader is not a function', { kind: 'own', param: 'userId', load: {} }, /not a function/],
  ['a role with more', { kind: 'role', role: 'admin', audience: 'x' }, /`audience`/],
  ['a kind from a prototype', { kind: 'toString' }, /is not a rule/],
])('a rule written by hand is checked: %s', (_what, rule, expected) => {
  const guard = bare.createGuard(good)
  const facts = {
    method: 'GET',
    authorization: [],
    header: () => undefined,
    param: () => undefined,
    native: 0,
  }
  expect(messageOf(() => onExpress.createGuard(good)(as(rule)))).toMatch(expected)
  expect(messageOf(() => all(as(rule)))).toMatch(expected)
  return expect(guard.decide(facts, [as(rule)])).rejects.toThrow(expected)
})

test.each<[string, (options: unknown) => Promise<unknown>]>([
  ['Express', (options) => onExpress.createGuard(good).seal(express(), as(options))],
  ['Fastify', (options) => onFastify.createGuard(good).seal(fastify(), as(options))],
  ['Hono', (options) => onHono.createGuard(good).seal(new Hono(), as(options))],
  ['Koa', (options) => onKoa.createGuard(good).seal(new Koa(), as(options))],
  ['Nest', (options) => onNest.createGuard(good).seal(as({ init: async () => {} }), as(options))],
])('seal on %s names an option that it does not know', async (_name, seal) => {
  await expect(seal({ manifst: 'routes.json' })).rejects.toThrow(
    'seal: `manifst` is not an option. Did you mean `manifest`?',
  )
})
