import { describe, expect, test } from 'vitest'
import { createGuard as onNode } from '../../adapters/node/index.ts'
import { all, createGuard, declarationOf, permission, type Rule, stepUp } from '../../index.ts'
import type { GuardOptions } from '../../options.ts'
import { combine } from '../../routes/effective.ts'
import { createTestIssuer } from '../../testing/index.ts'

const issuer = createTestIssuer({ audience: 'lounge' })
const good = { issuer: issuer.issuer, audience: 'lounge', jwks: issuer.jwks() }

/** `allowed`, or the `acr` that the refusal asks for. */
async function decide(
  acr: unknown,
  rule: Rule,
  options: GuardOptions = {},
  scope = 'posts:read',
): Promise<unknown> {
  const guard = createGuard({ ...good, ...options })
  const decision = await guard.decide(
    {
      method: 'GET',
      authorization: [`Bearer ${issuer.sign({ sub: 'ada', acr, scope })}`],
      header: () => undefined,
      param: () => undefined,
      native: undefined,
    },
    [rule],
  )
  return decision.allowed ? 'allowed' : (decision.acrValues ?? decision.reason)
}

describe('stepUp({ acr })', () => {
  test('accepts the value that it names and stronger ones', async () => {
    for (const acr of ['mfa', 'phr']) expect(await decide(acr, stepUp({ acr: 'mfa' }))).toBe('allowed')
    for (const acr of ['pwd', 'urn:other', undefined, 'constructor', 'mfa phr'])
      expect(await decide(acr, stepUp({ acr: 'mfa' })), acr).toBe('mfa')
    for (const acr of ['', null, 2, ['mfa']])
      expect(await decide(acr, stepUp({ acr: 'mfa' }))).not.toBe('allowed')
    expect(await decide('mfa', stepUp({ acr: 'phr' }))).toBe('phr')
  })

  test('accepts a value outside the order only where it is the one asked for', async () => {
    expect(await decide('gold', stepUp({ acr: 'gold' }))).toBe('allowed')
    for (const acr of ['phr', 'silver', undefined])
      expect(await decide(acr, stepUp({ acr: 'gold' }))).toBe('gold')
  })

  test('goes by the order that the guard is given', async () => {
    const acrOrder = ['silver', 'gold']
    expect(await decide('gold', stepUp({ acr: 'silver' }), { acrOrder })).toBe('allowed')
    expect(await decide('silver', stepUp({ acr: 'gold' }), { acrOrder })).toBe('gold')
    expect(await decide('phr', stepUp({ acr: 'mfa' }), { acrOrder })).toBe('mfa')
    expect(await decide('phr', stepUp({ acr: 'mfa' }), { acrOrder: [] })).toBe('mfa')
  })

  test('asks for the strongest of several, as one sign-in can satisfy them all', async () => {
    const rules = [stepUp({ acr: 'mfa' }), stepUp({ acr: 'phr' }), permission('posts:read')]
    expect(await decide('pwd', all(...rules))).toBe('phr')
    expect(await decide('pwd', all(...rules.toReversed()))).toBe('phr')
    expect(await decide('mfa', all(...rules))).toBe('phr')
    expect(await decide('phr', all(...rules))).toBe('allowed')
    expect(await decide('pwd', all(...rules), {}, 'posts:write')).toBe('rule_not_met')
  })
})

test.each([
  ['the default order', {}, 'mfa', ['pwd', 'mfa', 'phr']],
  ['an order of its own', { acrOrder: ['silver', 'gold'] }, 'gold', ['silver', 'gold']],
  ['no order for a value outside of it', { acrOrder: ['silver', 'gold'] }, 'mfa', undefined],
] as const)('the manifest has %s', (_what, options, acr, acrOrder) => {
  const declaration = declarationOf(onNode({ ...good, ...options })(stepUp({ acr }))(() => {}))
  const rule = { kind: 'stepUp', acr, ...(acrOrder === undefined ? {} : { acrOrder }) }
  expect(declaration && combine([declaration])?.rules).toEqual([rule])
})

test.each([
  ['a text', 'pwd mfa'],
  ['a value twice', ['pwd', 'mfa', 'pwd']],
  ['an empty value', ['']],
  ['a value that no challenge could carry', ['two words']],
  ['a number', [1]],
  ['null', null],
])('acrOrder cannot be %s', (_what, acrOrder) => {
  expect(() => createGuard({ ...good, acrOrder: acrOrder as never })).toThrow(/acrOrder must be a list/)
})
