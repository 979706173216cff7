import { Hono } from 'hono'
import { afterEach, expect, test, vi } from 'vitest'
import { createGuard, role } from '../adapters/hono/index.ts'
import { createTestIssuer } from '../testing/index.ts'

afterEach(() => vi.unstubAllEnvs())

const nonce = '0123456789abcdef0123456789abcdef'
const issuer = createTestIssuer({ audience: 'lounge' })

/** What an application that started with this nonce tells about two decisions. */
async function decisionsShown(
  started: string | undefined,
  shown: string | undefined,
): Promise<(string | null)[]> {
  vi.stubEnv('GATEHOUSE_PROVE_NONCE', started)
  const guard = createGuard({ issuer: issuer.issuer, audience: 'lounge', jwks: issuer.jwks() })
  const app = new Hono().get('/lounge', guard(), (c) => c.text('hello')).get('/admin', guard(role('admin')))
  const headers = {
    authorization: `Bearer ${issuer.sign()}`,
    ...(shown === undefined ? {} : { 'gatehouse-prove': shown }),
  }
  const answers = await Promise.all(['/lounge', '/admin'].map((path) => app.request(path, { headers })))
  expect(answers.map(({ status }) => status)).toEqual([200, 403])
  return answers.map((answer) => answer.headers.get('gatehouse-decision'))
}

test('decisions are shown to a caller with the nonce that the process started with', async () => {
  expect((await decisionsShown(nonce, nonce)).map((text) => JSON.parse(text ?? ''))).toEqual([
    { allowed: true, rule: 'signed in' },
    { allowed: false, status: 403, reason: 'rule_not_met' },
  ])
})

test('an error after the guard still shows that the caller was allowed', async () => {
  vi.stubEnv('GATEHOUSE_PROVE_NONCE', nonce)
  const guard = createGuard({ issuer: issuer.issuer, audience: 'lounge', jwks: issuer.jwks() })
  const app = new Hono()
    .get('/lounge', guard(), () => {
      throw new Error('out of order')
    })
    .get('/copied', guard(), () => fetch('data:,from elsewhere'))
    .onError(() => new Response('sorry', { status: 500 }))
  const headers = { authorization: `Bearer ${issuer.sign()}`, 'gatehouse-prove': nonce }
  for (const [path, status] of [
    ['/lounge', 500],
    ['/copied', 200],
  ] as const) {
    const answer = await app.request(path, { headers })
    expect(answer.status).toBe(status)
    expect(answer.headers.get('gatehouse-decision')).toBe('{"allowed":true,"rule":"signed in"}')
  }
})

test('nobody else sees a decision', async () => {
  expect(await decisionsShown(nonce, undefined)).toEqual([null, null])
  expect(await decisionsShown(nonce, `${nonce}0`)).toEqual([null, null])
  expect(await decisionsShown(nonce, nonce.toUpperCase())).toEqual([null, null])
  expect(await decisionsShown(nonce, '')).toEqual([null, null])
})

test('without a nonce, or with one that could be guessed, there is nobody to tell', async () => {
  expect(await decisionsShown(undefined, nonce)).toEqual([null, null])
  expect(await decisionsShown('', '')).toEqual([null, null])
  expect(await decisionsShown('short', 'short')).toEqual([null, null])
  expect(await decisionsShown(nonce.slice(1), nonce.slice(1))).toEqual([null, null])
})
