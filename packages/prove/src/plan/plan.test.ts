import { describe, expect, it } from 'vitest'
import type { ProveConfig } from '../config.ts'
import type { Attempt } from './attempt.ts'
import type { ManifestRoute, ManifestRule } from './manifest.ts'
import { plan } from './plan.ts'

const route = (given: Partial<ManifestRoute>): ManifestRoute => ({
  method: 'GET',
  path: '/things',
  parameters: [],
  kind: 'guarded',
  rules: [{ kind: 'signedIn' }],
  reason: null,
  printed: 'signed in',
  unmentioned: [],
  source: null,
  notes: [],
  ...given,
})
const config: ProveConfig = { base: 'http://127.0.0.1:1', roles: { editor: ['posts:edit'] } }
const expectations = (attempts: readonly Attempt[], caller: Attempt['caller']): string[] =>
  attempts
    .filter((each) => each.caller === caller && each.variant === undefined)
    .map((each) => `${each.persona?.name}: ${each.expected}`)

describe('the plan of a run', () => {
  it('lets any signed-in user in where no rule asks for more', () => {
    const { attempts } = plan([route({})], config)
    expect(expectations(attempts, 'nobody')).toEqual(['undefined: refused'])
    expect(expectations(attempts, 'expired')).toEqual(['with every right: refused'])
    expect(expectations(attempts, 'signed-in')).toEqual(['a signed-in stranger: let in'])
  })

  it('tries each role alone, with the permissions that it carries', () => {
    const guarded = route({
      rules: [
        { kind: 'role', role: 'admin' },
        { kind: 'permission', permission: 'posts:edit' },
      ],
    })
    const { attempts } = plan([guarded], config)
    expect(expectations(attempts, 'role')).toEqual(['role admin alone: let in', 'role editor alone: let in'])
    expect(expectations(attempts, 'without-permission')).toEqual(['every permission but posts:edit: refused'])
    expect(expectations(attempts, 'who-may')).toEqual(['admin: let in', 'posts:edit: let in'])
  })

  it('refuses another owner, and admits the owner', () => {
    const owned = route({
      path: '/posts/:postId',
      parameters: ['postId'],
      rules: [{ kind: 'own', param: 'postId', loaded: true }],
    })
    const { attempts } = plan([owned], config)
    expect(expectations(attempts, 'another-owner')).toEqual(['another owner: refused'])
    expect(expectations(attempts, 'who-may')).toEqual(['the owner: let in'])
  })

  it('crosses the parameters that no rule mentions', () => {
    const owned = route({
      path: '/posts/:postId/comments/:commentId',
      parameters: ['postId', 'commentId'],
      rules: [{ kind: 'own', param: 'postId', loaded: true }],
      unmentioned: ['commentId'],
    })
    expect(plan([owned], config).attempts.filter(({ crossed }) => crossed === 'commentId')).toHaveLength(1)
  })

  it('weakens the sign-in where step-up is asked for', () => {
    const strong = route({
      rules: [
        {
          kind: 'all',
          rules: [
            { kind: 'permission', permission: 'payouts:write' },
            { kind: 'stepUp', acr: 'mfa', maxAge: 300 },
          ],
        },
      ],
    })
    const weak = expectations(plan([strong], config).attempts, 'weak-acr')
    expect(weak).toHaveLength(2)
    expect(weak.every((each) => each.endsWith(': refused'))).toBe(true)
  })

  it('tries every sign-in that is weaker in the order, and admits the stronger ones', () => {
    const acrOrder = ['pwd', 'mfa', 'phr']
    const ordered = route({
      rules: [
        { kind: 'stepUp', acr: 'phr', acrOrder },
        {
          kind: 'all',
          rules: [
            { kind: 'stepUp', acr: 'mfa', acrOrder },
            { kind: 'role', role: 'editor' },
          ],
        },
      ],
    })
    const { attempts } = plan([ordered], config)
    expect(attempts.filter(({ caller }) => caller === 'who-may').map(({ persona }) => persona?.acr)).toEqual([
      'phr',
      'mfa',
    ])
    const weak = attempts.filter(({ caller }) => caller === 'weak-acr')
    const tried = weak.map(({ persona, expected }) => `${persona?.roles.join()} ${persona?.acr} ${expected}`)
    expect(new Set(tried)).toEqual(
      new Set([
        ' prove-weak refused',
        ' pwd refused',
        ' mfa refused',
        'editor prove-weak refused',
        'editor pwd refused',
        'editor mfa let in',
      ]),
    )
  })

  it('meets the strongest of several demands, and needs it', () => {
    const acrOrder = ['pwd', 'mfa', 'phr']
    const both = ['mfa', 'phr'].map((acr): ManifestRule => ({ kind: 'stepUp', acr, acrOrder }))
    for (const rules of [both, both.toReversed()]) {
      const { attempts } = plan([route({ rules: [{ kind: 'all', rules }] })], config)
      const [may] = attempts.filter(({ caller }) => caller === 'who-may')
      expect(may).toMatchObject({ persona: { acr: 'phr' }, expected: 'let in' })
    }
  })

  it('tries no write unless the data may be spoiled, and says so', () => {
    const { attempts, untried } = plan([route({ method: 'POST' })], config)
    expect(attempts).toEqual([])
    expect(untried[0]?.why).toContain('disposable')
    expect(plan([route({ method: 'POST' })], { ...config, disposable: true }).attempts).not.toEqual([])
  })

  it('does not guess what a check says', () => {
    const checked = route({ rules: [{ kind: 'check', name: 'office hours' }] })
    const { untried, attempts } = plan([checked], config)
    expect(untried.map(({ caller }) => caller)).toContain('who-may')
    expect(untried[0]?.why).toContain("check('office hours')")
    expect(expectations(attempts, 'nobody')).toEqual(['undefined: refused'])
    const told = plan([checked], {
      ...config,
      checks: { 'office hours': ({ roles }) => roles.includes('editor') },
    })
    expect(told.untried).toEqual([])
  })

  it('lets strangers in on open and optional routes, and bad tokens in on neither', () => {
    expect(
      plan([route({ kind: 'open', rules: [] })], config).attempts.map(({ expected }) => expected),
    ).toEqual(['let in'])
    const { attempts } = plan([route({ kind: 'optional', rules: [] })], config)
    expect(expectations(attempts, 'nobody')).toEqual(['undefined: let in'])
    expect(expectations(attempts, 'expired')).toEqual(['with every right: refused'])
  })

  it('lists the routes that the configuration skips', () => {
    const { untried } = plan([route({})], { ...config, skip: { 'GET /things': 'sends real letters' } })
    expect(untried.map(({ why }) => why)).toEqual(['sends real letters'])
  })

  it('sends every method to every guarded path once, with and without preflight headers and a body', () => {
    const routes = [route({}), route({ method: 'POST' })]
    const { probes } = plan(routes, { ...config, disposable: true })
    const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'PROVE']
    expect([...new Set(probes.map(({ method }) => method))].sort()).toEqual(methods.sort())
    for (const method of methods) expect(probes.filter((each) => each.method === method)).toHaveLength(6)
    const held = probes.filter((each) => each.method === 'POST').map((each) => each.route.method)
    expect(new Set(held)).toEqual(new Set(['POST']))
  })

  it('probes with neither bodies nor methods that change something unless the data may be spoiled', () => {
    const { probes } = plan([route({}), route({ method: 'POST', path: '/more' })], config)
    expect(new Set(probes.map(({ method }) => method))).toEqual(
      new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PROPFIND']),
    )
    expect(probes.every(({ withBody, route: { path } }) => !withBody && path === '/things')).toBe(true)
  })

  it('does not probe what another route answers for everybody, or what the configuration skips', () => {
    const open = { kind: 'open', rules: [] } as const
    const probed = (...routes: ManifestRoute[]): string[] => {
      const skip = { 'PUT /things/:id': 'sends real letters' }
      const { probes } = plan(routes, { ...config, disposable: true, skip })
      return [...new Set(probes.map(({ method }) => method))]
    }
    const guarded = route({ method: 'DELETE', path: '/things/:id' })
    expect(probed(guarded, route({ ...open, path: '/things/:id' }))).not.toContain('HEAD')
    expect(probed(guarded, route({ ...open, path: '/*' }))).not.toContain('GET')
    expect(probed(guarded, route({ method: 'PUT', path: '/things/:id' }))).not.toContain('PUT')
    // a guarded route is asked although a wider one would answer after it
    expect(probed(guarded, route({ ...open, path: '/*', method: 'ALL' }))).toEqual(['DELETE'])
  })

  it('holds an answer against the guarded route whose handler it is, not against a narrower path', () => {
    const [narrow, wide] = [route({ path: '/things/new' }), route({ method: 'DELETE', path: '/things/:id' })]
    const { probes } = plan([narrow, wide], { ...config, disposable: true })
    const deletions = probes.filter(({ method }) => method === 'DELETE')
    expect(new Set(deletions.map((probe) => probe.route.path))).toEqual(new Set(['/things/:id']))
    expect(probes.some((probe) => probe.method === 'PUT' && probe.route === narrow)).toBe(true)
  })

  it('finds names of roles and permissions that no caller can have, and suggests the closest known one', () => {
    const all: ManifestRule = { kind: 'all', rules: [{ kind: 'permission', permission: 'posts:edti' }] }
    const mistaken = route({ rules: [{ kind: 'role', role: 'edtior' }, all] })
    const found = plan([mistaken], config).untried
    expect(found.map(({ verdict, why }) => `${verdict}: ${why}`)).toEqual([
      "unproven: role('edtior') names a role that is not under `roles` in prove.config.ts: did you mean 'editor'?",
      "unproven: permission('posts:edti') names a permission that is not under `roles` or `permissions` in prove.config.ts: did you mean 'posts:edit'?",
    ])
    const known = { ...config, permissions: ['posts:edti'], roles: { ...config.roles, edtior: [] } }
    expect(plan([mistaken], known).untried).toEqual([])
    // where nothing is known, nothing is known to be wrong
    expect(plan([mistaken], { base: config.base }).untried).toEqual([])
    const strange = route({ rules: [{ kind: 'role', role: 'toString' }] })
    expect(plan([strange], config).untried[0]?.why).toMatch(/it lists editor$/)
  })
})
