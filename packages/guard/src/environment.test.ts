import { afterEach, expect, test, vi } from 'vitest'
import { createGuard } from './guard.ts'
import { createTestIssuer } from './testing/index.ts'

afterEach(() => vi.unstubAllEnvs())

const issuer = createTestIssuer({ issuer: 'https://id.test', audience: 'orders' })
const jwks = issuer.jwks()

test('issuer and audience come from the environment where the options name none', async () => {
  vi.stubEnv('GATEHOUSE_ISSUER', 'https://id.test')
  vi.stubEnv('GATEHOUSE_AUDIENCE', 'orders')
  const guard = createGuard({ jwks })
  expect(await guard.verify(issuer.sign())).toMatchObject({ iss: 'https://id.test', aud: 'orders' })
  await expect(guard.verify(issuer.sign({ aud: 'posts' }))).rejects.toMatchObject({ code: 'token_audience' })
  await expect(guard.verify(issuer.sign({ iss: 'https://x.test' }))).rejects.toMatchObject({
    code: 'token_issuer',
  })
})

test('what the options say wins', async () => {
  vi.stubEnv('GATEHOUSE_ISSUER', 'https://elsewhere.test')
  vi.stubEnv('GATEHOUSE_AUDIENCE', 'posts')
  const guard = createGuard({ issuer: 'https://id.test', audience: 'orders', jwks })
  await expect(guard.verify(issuer.sign())).resolves.toMatchObject({ aud: 'orders' })
  const elsewhere = issuer.sign({ iss: 'https://elsewhere.test', aud: 'posts' })
  await expect(guard.verify(elsewhere)).rejects.toMatchObject({ code: 'token_issuer' })
})

test('an empty variable is none: a guard without an audience does not start', () => {
  vi.stubEnv('GATEHOUSE_ISSUER', 'https://id.test')
  vi.stubEnv('GATEHOUSE_AUDIENCE', '')
  expect(() => createGuard({ jwks })).toThrow('audience is missing')
})

test('a guard with a secret takes neither', async () => {
  vi.stubEnv('GATEHOUSE_ISSUER', 'https://elsewhere.test')
  vi.stubEnv('GATEHOUSE_AUDIENCE', 'posts')
  const shared = createTestIssuer({ alg: 'HS256', issuer: 'https://id.test' })
  const guard = createGuard({ secret: shared.key.privateKey.export() })
  const token = shared.sign({ aud: undefined }, { header: { typ: 'JWT' } })
  await expect(guard.verify(token)).resolves.toMatchObject({ iss: 'https://id.test' })
})
