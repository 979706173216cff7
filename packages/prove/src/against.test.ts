import { describe, expect, it } from 'vitest'
import { compareManifests, printChanges } from './against.ts'
import type { Manifest, ManifestRoute, ManifestRule } from './plan/manifest.ts'

const admin: ManifestRule = { kind: 'role', role: 'admin' }
const auditor: ManifestRule = { kind: 'role', role: 'auditor' }
const route = (name: string, ...rules: ManifestRule[]): ManifestRoute => {
  const [method = '', path = ''] = name.split(' ')
  return {
    method,
    path,
    parameters: [],
    kind: 'guarded',
    rules,
    reason: null,
    printed: rules.map(({ kind }) => kind).join(' or '),
    unmentioned: [],
    source: null,
    notes: [],
  }
}
const open = (name: string): ManifestRoute => ({
  ...route(name),
  kind: 'open',
  reason: 'why',
  printed: 'anyone',
})
const manifest = (...routes: ManifestRoute[]): Manifest => ({
  version: 1,
  framework: 'test',
  routes,
  middleware: [],
})
const changed = (was: ManifestRoute, is: ManifestRoute): boolean => {
  const [change] = compareManifests(manifest(was), manifest(is))
  expect(change?.kind).toBe('changed')
  return change?.opens !== null
}
const all = (...rules: ManifestRule[]): ManifestRule => ({ kind: 'all', rules })

describe('comparing with a committed manifest', () => {
  it('finds nothing where only lines, notes and the order of routes differ', () => {
    const [one, other] = [route('GET /a', admin), route('GET /b', admin)]
    const moved = { ...one, source: { file: 'app.ts', line: 9 }, notes: ['reaches every id'] }
    expect(compareManifests(manifest(one, other), manifest(other, moved))).toEqual([])
  })

  it('lists added, removed and changed routes by name', () => {
    const before = manifest(route('GET /a', admin), route('GET /b', admin))
    const now = manifest(route('GET /b', auditor), route('GET /c', admin), open('GET /d'))
    expect(printChanges(compareManifests(before, now))).toEqual([
      '  removed GET /a: role',
      '! changed GET /b: role -> role (admits callers who were rejected before)',
      '  added GET /c: role',
      '! added GET /d: anyone (anyone may call it)',
    ])
  })

  it('opens a route whose rule admits more than any old one did, and no other', () => {
    const permission: ManifestRule = { kind: 'permission', permission: 'x:y' }
    const mfa = (maxAge?: number): ManifestRule => ({
      kind: 'stepUp',
      acr: 'mfa',
      ...(maxAge === undefined ? {} : { maxAge }),
    })
    const signedIn: ManifestRule = { kind: 'signedIn' }
    const opens = (was: ManifestRule[], is: ManifestRule[]): boolean =>
      changed(route('GET /a', ...was), route('GET /a', ...is))
    expect(opens([admin], [admin, auditor])).toBe(true)
    expect(opens([admin, auditor], [admin])).toBe(false)
    expect(opens([all(admin, permission)], [admin])).toBe(true)
    expect(opens([admin], [all(permission, admin)])).toBe(false)
    expect(opens([signedIn], [admin])).toBe(false)
    expect(opens([admin], [signedIn])).toBe(true)
    expect(opens([mfa(300)], [mfa(600)])).toBe(true)
    expect(opens([mfa(300)], [mfa()])).toBe(true)
    expect(opens([mfa()], [mfa(300)])).toBe(false)
    const ordered = (acr: string): ManifestRule => ({ kind: 'stepUp', acr, acrOrder: ['pwd', 'mfa', 'phr'] })
    expect(opens([ordered('mfa')], [ordered('phr')])).toBe(false)
    expect(opens([ordered('phr')], [ordered('mfa')])).toBe(true)
    expect(opens([mfa()], [ordered('mfa')])).toBe(true)
    expect(opens([ordered('mfa')], [mfa()])).toBe(false)
    const loaded = (value: boolean): ManifestRule => ({ kind: 'own', param: 'id', loaded: value })
    expect(opens([loaded(true)], [loaded(false)])).toBe(true)
  })

  it('opens a route that loses its rule, and closes one that gets a rule', () => {
    expect(changed(route('GET /a', admin), open('GET /a'))).toBe(true)
    expect(changed(open('GET /a'), route('GET /a', admin))).toBe(false)
    const optional: ManifestRoute = { ...open('GET /a'), kind: 'optional' }
    expect(changed(route('GET /a', admin), optional)).toBe(true)
    expect(changed(optional, open('GET /a'))).toBe(true)
    expect(changed(open('GET /a'), optional)).toBe(false)
    expect(
      changed(route('GET /a', admin), { ...route('GET /a', admin), kind: 'shared', reason: 'why' }),
    ).toBe(true)
  })

  it('opens what a removed route kept from a wider one', () => {
    const wider = route('GET /admin/:page', { kind: 'signedIn' })
    const [removed] = compareManifests(manifest(route('GET /admin/users', admin), wider), manifest(wider))
    expect(removed?.opens).toBe('GET /admin/:page answers its requests now: signedIn')
    const stricter = route('ALL /*', admin)
    const [safe] = compareManifests(manifest(route('GET /a', admin), stricter), manifest(stricter))
    expect(safe?.opens).toBeNull()
  })
})
