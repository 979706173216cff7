import { expect, test } from 'vitest'
import { createGuard } from './adapters/web/index.ts'
import type { GuardOptions } from './options.ts'
import { all, permission, stepUp } from './policy/rules/index.ts'
import type { RevocationSource } from './revocation/types.ts'
import { createTestIssuer } from './testing/index.ts'

const issuer = createTestIssuer({ audience: 'lounge' })
const stale: RevocationSource = { standing: () => 'stale', close: () => {} }
const options: GuardOptions = {
  issuer: issuer.issuer,
  audience: 'lounge',
  jwks: issuer.jwks(),
  onError: () => {},
}
const makeGuard = (more: GuardOptions = {}) => createGuard({ ...options, ...more })
const now = Math.floor(Date.now() / 1000)

interface Answer {
  readonly status: number
  readonly code: unknown
  /** Seconds. */
  readonly retryAfter: string | null
  readonly challenge: string | null
}

type Handled = (request: Request) => Promise<Response>
async function answer(handler: Handled, token = issuer.sign({ auth_time: now })): Promise<Answer> {
  const headers = { authorization: `Bearer ${token}` }
  const response = await handler(new Request('http://lounge.test/', { headers }))
  const body: unknown = response.status === 200 ? {} : await response.json()
  return {
    status: response.status,
    code: body !== null && typeof body === 'object' && 'code' in body ? body.code : undefined,
    retryAfter: response.headers.get('retry-after'),
    challenge: response.headers.get('www-authenticate'),
  }
}
const passed = { status: 200 }
const hello = () => new Response('hello')

test('while it cannot be known what was revoked, routes with stepUp refuse and others go on', async () => {
  const guard = makeGuard({ revocation: stale })
  expect(await answer(guard()(hello))).toMatchObject(passed)
  expect(await answer(guard.optional('why')(hello))).toMatchObject(passed)
  const refused = { status: 503, code: 'revocation_stale', retryAfter: '1', challenge: null }
  expect(await answer(guard(stepUp({ maxAge: '5m' }))(hello))).toEqual(refused)
  expect(await answer(guard(all(stepUp({ maxAge: '5m' })))(hello))).toEqual(refused)
})

test('a route says otherwise with onStale, and its declaration carries that', async () => {
  const guard = makeGuard({ revocation: stale })
  expect(await answer(guard({ onStale: 'deny' })(hello))).toMatchObject({
    status: 503,
    code: 'revocation_stale',
  })
  expect(await answer(guard.shared('why', { onStale: 'deny' })(hello))).toMatchObject({ status: 503 })
  expect(await answer(guard(stepUp({ maxAge: '5m' }), { onStale: 'allow' })(hello))).toMatchObject(passed)
  expect(await answer(guard({ onStale: 'deny' })(hello), 'nonsense')).toMatchObject({
    status: 401,
    code: 'token_malformed',
  })
  // @ts-expect-error: neither allow nor deny
  expect(() => guard({ onStale: 'perhaps' })).toThrow("onStale must be 'allow' or 'deny'")
})

test('a source that throws, or an authority that cannot be asked, refuses nobody for good', async () => {
  const failing = (): never => {
    throw new Error('the database is gone')
  }
  const guard = makeGuard({ revocation: { standing: failing, close: () => {} } })
  expect(await answer(guard()(hello))).toMatchObject({
    status: 503,
    code: 'keys_unavailable',
    retryAfter: '1',
  })
  for (const authority of [failing, async () => failing()]) {
    const asking = makeGuard({ authority })
    expect(await answer(asking()(hello))).toMatchObject(passed)
    expect(await answer(asking(permission('a:b'))(hello))).toMatchObject({
      status: 503,
      code: 'authority_unavailable',
      retryAfter: '1',
    })
  }
})

test('an issuer that cannot be reached makes a 503 of every token, and strangers are told to sign in', async () => {
  const { issuer: url, close } = await createTestIssuer().listen()
  await close()
  const guard = createGuard({ issuer: url, audience: 'lounge', revocation: false, onError: () => {} })
  try {
    expect(await answer(guard()(hello), issuer.sign({ iss: url }))).toMatchObject({
      status: 503,
      code: 'keys_unavailable',
    })
    expect((await guard()(hello)(new Request('http://lounge.test/'))).status).toBe(401)
  } finally {
    guard.close()
  }
})
