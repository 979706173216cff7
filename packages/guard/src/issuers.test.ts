import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { GuardCore } from './core.ts'
import { createGuard } from './guard.ts'
import type { GuardOptions, IssuerOptions } from './options.ts'
import { own, role } from './policy/rules/index.ts'
import type { Decision, RequestFacts } from './policy/types.ts'
import { auth0, keycloak } from './presets/index.ts'
import type { RevocationFactory } from './revocation/types.ts'
import { createTestIssuer, makeTestKey, type TestIssuer } from './testing/index.ts'

const names = ['https://a.test', 'https://b.test', 'https://c.test'] as const
// every issuer calls its key the same: a name says nothing about whose key it is
const keys = names.map(() => makeTestKey('ES256', 'the key'))
const signer = createTestIssuer()

interface Claimed {
  readonly by: number
  readonly iss: unknown
  readonly aud?: string
  readonly sub?: string
  readonly [claim: string]: unknown
}

/** A token signed with the key of one issuer, whatever it says of itself. */
function token({ by, ...claims }: Claimed, header?: Record<string, unknown>): string {
  const key = keys[by]
  if (key === undefined) throw new Error('There is no such issuer.')
  return signer.sign({ aud: 'api', ...claims }, { key, ...(header === undefined ? {} : { header }) })
}

const entry = (at: number, more: Partial<IssuerOptions> = {}): IssuerOptions => {
  const [name, key] = [names[at], keys[at]]
  if (name === undefined || key?.jwk === undefined) throw new Error('There is no such issuer.')
  return { issuer: name, audience: 'api', jwks: { keys: [key.jwk] }, revocation: false, ...more }
}

const asks = (bearer: string, params: Record<string, string> = {}): RequestFacts => ({
  method: 'GET',
  authorization: [`Bearer ${bearer}`],
  header: () => undefined,
  param: (name) => params[name],
  native: undefined,
})

const outcome = (decision: Decision): string => (decision.allowed ? 'allowed' : decision.reason)

describe('a guard of several issuers', () => {
  it('accepts a token from the issuer that it names alone, with that one’s key and audience', async () => {
    const audiences = ['orders', 'bills', 'stock']
    const guard = createGuard({
      issuers: names.map((_, at) => entry(at, { audience: audiences[at] as string })),
    })
    const issuer = fc.nat({ max: names.length - 1 })
    await fc.assert(
      fc.asyncProperty(issuer, issuer, issuer, async (by, named, meant) => {
        const made = token({ by, iss: names[named], aud: audiences[meant] as string })
        const expected =
          named !== meant
            ? { code: 'token_audience' }
            : by === named
              ? { iss: names[named] }
              : { code: 'token_signature' }
        // twice: what is remembered of the first look must not change the second
        for (const _ of [1, 2]) {
          expect(await guard.verify(made).catch((error: unknown) => error)).toMatchObject(expected)
        }
      }),
      { numRuns: 200 },
    )
  })

  it.each<[string, unknown]>([
    ['of an unknown issuer', 'https://d.test'],
    ['without an issuer', undefined],
    ['with a list of issuers', [names[0]]],
    ['with both issuers', [names[0], names[1]]],
    ['with null', null],
    ['with a number', 1],
    ['with another spelling', 'https://A.test'],
    ['with a slash more', `${names[0]}/`],
    ['with the name of a prototype', '__proto__'],
  ])('refuses a token %s', async (_what, iss) => {
    const guard = createGuard({ issuers: [entry(0), entry(1)] })
    const made = token({ by: 0, iss })
    expect(outcome(await guard.decide(asks(made)))).toBe('token_issuer')
  })

  it.each(['x', 'a.b', 'a.b.c', `${'a'.repeat(20_000)}.b.c`, '..'])('never throws for %#', async (text) => {
    const guard = createGuard({ issuers: [entry(0), entry(1)] })
    const decision = await guard.decide(asks(text))
    expect(decision.allowed ? 200 : decision.status).toBeLessThan(500)
  })

  it('keeps type, algorithms and lifetime of each', async () => {
    const guard = createGuard({
      issuers: [entry(0, { typ: 'JWT', maxLifetime: '1h' }), entry(1, { algorithms: ['ES256'] })],
    })
    const now = Math.floor(Date.now() / 1000)
    const long = { iat: now, exp: now + 7200 }
    const tried = [
      [token({ by: 0, iss: names[0] }, { typ: 'JWT' }), 'allowed'],
      [token({ by: 0, iss: names[0] }), 'token_type'],
      [token({ by: 1, iss: names[1] }), 'allowed'],
      [token({ by: 1, iss: names[1] }, { typ: 'JWT' }), 'token_type'],
      [token({ by: 0, iss: names[0], ...long }, { typ: 'JWT' }), 'token_lifetime'],
      [token({ by: 1, iss: names[1], ...long }), 'allowed'],
    ] as const
    for (const [made, expected] of tried) expect(outcome(await guard.decide(asks(made)))).toBe(expected)
  })

  it('never takes a shared secret of one for a key of another', async () => {
    const secret = 's'.repeat(32)
    const guard = createGuard({
      issuers: [entry(0), { issuer: names[1], audience: 'api', secret, revocation: false }],
    })
    const { createSecretKey } = await import('node:crypto')
    const bySecret = (iss: string): string =>
      signer.sign(
        { iss, aud: 'api' },
        { key: createSecretKey(Buffer.from(secret)), alg: 'HS256', header: { typ: 'JWT' } },
      )
    expect(outcome(await guard.decide(asks(bySecret(names[1]))))).toBe('allowed')
    expect(outcome(await guard.decide(asks(bySecret(names[0]))))).toBe('token_algorithm')
    expect(outcome(await guard.decide(asks(token({ by: 0, iss: names[1] }))))).toBe('token_algorithm')
  })

  it('reads each one’s claims where that one has them', async () => {
    const guard = createGuard({
      issuers: [
        {
          ...keycloak({ issuer: names[0], audience: 'api' }),
          jwks: entry(0).jwks as never,
          revocation: false,
        },
        {
          ...auth0({ domain: 'b.test', audience: 'api', rolesClaim: 'groups' }),
          jwks: entry(1).jwks as never,
        },
        entry(2, { claims: { roles: () => [] } }),
      ],
    })
    const everywhere = { realm_access: { roles: ['admin'] }, groups: ['admin'], roles: ['admin'], azp: 'web' }
    const nowhere = { realm_access: { roles: [] }, groups: [], roles: ['admin'], azp: 'web' }
    const ask = async (by: number, iss: string, claims: object): Promise<string> =>
      outcome(await guard.decide(asks(token({ by, iss, ...claims })), [role('admin')]))
    expect(await ask(0, names[0], { ...everywhere, typ: 'Bearer' })).toBe('allowed')
    expect(await ask(0, names[0], everywhere)).toBe('token_type')
    expect(await ask(0, names[0], { ...nowhere, typ: 'Bearer', groups: ['admin'] })).toBe('rule_not_met')
    expect(await ask(1, 'https://b.test/', everywhere)).toBe('allowed')
    expect(await ask(1, 'https://b.test/', { ...nowhere, realm_access: { roles: ['admin'] } })).toBe(
      'rule_not_met',
    )
    expect(await ask(2, names[2], everywhere)).toBe('rule_not_met')
  })

  it('drops a key of one without touching the key of that name of another', async () => {
    const found: Parameters<RevocationFactory>[0][] = []
    const revocation: RevocationFactory = (one) => {
      found.push(one)
      return { standing: () => 'good', close: () => {} }
    }
    const guard = createGuard({ issuers: [entry(0, { revocation }), entry(1, { revocation })] })
    const tokens = [0, 1].map((by) => token({ by, iss: names[by] }))
    const both = async (): Promise<string[]> =>
      Promise.all(tokens.map(async (each) => outcome(await guard.decide(asks(each)))))
    expect(await both()).toEqual(['allowed', 'allowed'])
    found[0]?.dropKey('the key')
    expect(await both()).toEqual(['token_key_unknown', 'allowed'])
  })

  it('asks each one’s own source about its tokens, and lets its own onStale count', async () => {
    const asked: [number, string | undefined][] = []
    const source = (at: number, standing: 'good' | 'stale'): Partial<IssuerOptions> => ({
      revocation: {
        standing: ({ iss }) => {
          asked.push([at, iss])
          return standing
        },
        close: () => {},
      },
    })
    const guard = createGuard({ issuers: [entry(0, source(0, 'good')), entry(1, source(1, 'stale'))] })
    for (const by of [0, 1, 0]) await guard.decide(asks(token({ by, iss: names[by] })))
    expect(asked).toEqual([
      [0, names[0]],
      [1, names[1]],
      [0, names[0]],
    ])
  })
})

it('what outlives a request is ended by the source of its own issuer', async () => {
  const revoked = [false, false]
  const source = (at: number): Partial<IssuerOptions> => ({
    revocation: { standing: () => (revoked[at] ? 'revoked' : 'good'), close: () => {} },
  })
  const core = new GuardCore({ issuers: [entry(0, source(0)), entry(1, source(1))] })
  const { plan } = core.guarded([])
  const ended: number[] = []
  for (const by of [0, 1]) {
    const { auth } = await core.decide(plan, asks(token({ by, iss: names[by] })))
    if (auth === undefined) throw new Error('It was not let in.')
    core.watch(auth, () => ended.push(by))
  }
  revoked[1] = true
  await expect.poll(() => ended).toEqual([1])
  revoked[0] = true
  await expect.poll(() => ended).toEqual([1, 0])
  core.close()
})

it('an issuer whose keys cannot be had takes nobody else down', async () => {
  const down = { jwks: () => Promise.reject(new Error('down')) }
  const reported: string[] = []
  const guard = createGuard({
    issuers: [entry(0, down), entry(1)],
    onError: (_error, what) => void reported.push(what),
  })
  expect(outcome(await guard.decide(asks(token({ by: 0, iss: names[0] }))))).toBe('keys_unavailable')
  expect(outcome(await guard.decide(asks(token({ by: 1, iss: names[1] }))))).toBe('allowed')
  expect(reported).toContain(`${names[0]}: the keys of the issuer could not be fetched`)
})

describe('own() with several issuers', () => {
  const ask = async (options: GuardOptions, by: number): Promise<string[]> => {
    const guard = createGuard(options)
    const made = token({ by, iss: names[by], sub: 'ada' })
    const rules = [own('userId'), own('postId', () => 'ada')]
    const decisions = rules.map((rule) => guard.decide(asks(made, { userId: 'ada', postId: '7' }), [rule]))
    return (await Promise.all(decisions)).map(outcome)
  }
  const yes = ['allowed', 'allowed']
  const no = ['rule_not_met', 'rule_not_met']

  it('compares the subjects of the first alone: another’s "ada" is somebody else', async () => {
    const options = { issuers: [entry(0), entry(1)] }
    expect(await ask(options, 0)).toEqual(yes)
    expect(await ask(options, 1)).toEqual(no)
  })

  it('compares those of every issuer that says so, and of none that says it must not', async () => {
    const both = { issuers: [entry(0), entry(1, { own: true })] }
    expect(await ask(both, 0)).toEqual(yes)
    expect(await ask(both, 1)).toEqual(yes)
    const second = { issuers: [entry(0, { own: false }), entry(1, { own: true })] }
    expect(await ask(second, 0)).toEqual(no)
    expect(await ask(second, 1)).toEqual(yes)
  })
})

describe('the options of several issuers', () => {
  const two: IssuerOptions[] = [{ issuer: names[0] }, { issuer: names[1] }]
  const wrong = (value: unknown): never => value as never

  it.each<[string, GuardOptions, RegExp]>([
    [
      'one of them twice',
      { audience: 'api', issuers: [...two, { issuer: names[0] }] },
      /a\.test is there twice/,
    ],
    [
      'one twice in the short form',
      { audience: 'api', issuer: [names[0], names[0]] },
      /a\.test is there twice/,
    ],
    ['none', { audience: 'api', issuers: [] }, /at least one/],
    ['none in the short form', { audience: 'api', issuer: [] }, /issuer/],
    ['both forms', { audience: 'api', issuer: names[0], issuers: two }, /only one of them/],
    [
      'a key for all',
      { audience: 'api', jwks: { keys: [] }, issuers: two },
      /jwks: keys belong to one issuer/,
    ],
    ['a secret for all', { secret: 's'.repeat(32), issuer: [...names] }, /secret: keys belong to one issuer/],
    [
      'a source of revocations for all',
      { audience: 'api', issuers: two, revocation: { standing: () => 'good', close: () => {} } },
      /source belongs to one issuer/,
    ],
    ['one without a name', { audience: 'api', issuers: [...two, wrong({})] }, /each needs its name/],
    [
      'one that is no object',
      { audience: 'api', issuers: wrong(['https://a.test']) },
      /issuers\[0\]` is not an object/,
    ],
    [
      'one without an audience',
      { issuers: [{ issuer: names[0], audience: 'a' }, { issuer: names[1] }] },
      /b\.test: audience/,
    ],
    [
      'an issuer on plain http',
      { audience: 'api', issuer: [names[0], 'http://b.example'] },
      /http:\/\/b\.example: issuer/,
    ],
    [
      'own that is no boolean',
      { audience: 'api', issuers: [entry(0, { own: wrong('yes') }), entry(1)] },
      /own is neither/,
    ],
    ['a list in the place of a name', { audience: 'api', issuer: wrong([['https://a.test']]) }, /issuer/],
    ['an object in the place of a name', { audience: 'api', issuer: wrong({}) }, /issuer/],
  ])('refuses %s', (_what, options, message) => {
    expect(() => createGuard(options)).toThrow(expect.objectContaining({ code: 'configuration' }))
    expect(() => createGuard(options)).toThrow(message)
  })

  it('takes what an entry leaves out from the guard', async () => {
    const issuers = [entry(0), entry(1)].map(({ issuer, jwks }) => ({ issuer, jwks: jwks as never }))
    const guard = createGuard({ audience: 'api', typ: 'JWT', revocation: false, issuers })
    for (const by of [0, 1]) {
      expect(outcome(await guard.decide(asks(token({ by, iss: names[by] }, { typ: 'JWT' }))))).toBe('allowed')
      expect(outcome(await guard.decide(asks(token({ by, iss: names[by] }))))).toBe('token_type')
    }
  })

  it('is one issuer where there is one in the list', async () => {
    const { issuer: name, ...rest } = entry(0)
    for (const options of [{ ...rest, issuer: [name] }, { issuers: [entry(0)] }]) {
      const guard = createGuard(options)
      expect(await guard.verify(token({ by: 0, iss: name }))).toMatchObject({ iss: name })
      await expect(guard.verify(token({ by: 0, iss: names[1] }))).rejects.toMatchObject({
        code: 'token_issuer',
      })
    }
  })
})

it('issuers that only have names are found through their metadata, and each has its feed', async () => {
  const issuers: TestIssuer[] = [createTestIssuer({ audience: 'api' }), createTestIssuer({ audience: 'api' })]
  const listening = await Promise.all(issuers.map((issuer) => issuer.listen({ feed: true })))
  const guard = createGuard({ issuer: listening.map(({ issuer }) => issuer), audience: 'api' })
  try {
    const tokens = issuers.map((issuer) => issuer.sign({ sub: 'ada', sid: 'one' }))
    const both = (): Promise<string[]> =>
      Promise.all(tokens.map(async (each) => outcome(await guard.decide(asks(each)))))
    expect(await both()).toEqual(['allowed', 'allowed'])
    listening[1]?.revoke({ sub: 'ada' })
    await expect.poll(both).toEqual(['allowed', 'token_revoked'])
    listening[0]?.revoke({ sid: 'one' })
    await expect.poll(both).toEqual(['token_revoked', 'token_revoked'])
  } finally {
    guard.close()
    await Promise.all(listening.map((each) => each.close()))
  }
})
