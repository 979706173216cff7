import { describe, expect, it } from 'vitest'
import type { ProveConfig } from '../config.ts'
import type { Attempt } from './attempt.ts'
import type { ManifestRoute } from './manifest.ts'
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

  it('tries no write without leave, and says so', () => {
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

  it('names the routes that it was told to skip', () => {
    const { untried } = plan([route({})], { ...config, skip: { 'GET /things': 'sends real letters' } })
    expect(untried.map(({ why }) => why)).toEqual(['sends real letters'])
  })
})
