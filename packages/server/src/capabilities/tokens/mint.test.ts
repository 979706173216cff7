import { createHmac } from 'node:crypto'
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
import { expect, test } from 'vitest'
import { type TestContext, testContext } from '../../testing/context.ts'
import { describeEachDatabase } from '../../testing/databases.ts'
import { createAccount } from '../accounts/index.ts'
import { ensureKeys, publishedJwks } from '../keys/index.ts'
import { ensureRoles, putRole } from '../roles/index.ts'
import { grantOf, openSession } from '../sessions/index.ts'
import { mintAccessToken, resolveAudience } from './index.ts'

const issuer = 'http://localhost:3000'
const system = { kind: 'system' } as const
const jwtSecret = Buffer.from('a shared secret of thirty-two bytes, at least')

describeEachDatabase('access tokens', (open) => {
  const start = async (
    config: Partial<TestContext['config']> = {},
    settings: Record<string, string> = {},
  ) => {
    const ctx = testContext((await open()).db, { config, settings })
    await ensureRoles(ctx)
    await ensureKeys(ctx)
    await putRole(ctx, system, 'editor', ['posts:edit', 'users:read'])
    const input = { username: 'ana', password: 'staple-horse-battery-9', roles: ['editor', 'member'] }
    const user = await createAccount(ctx, system, input)
    const mint = async (audience?: string) => {
      const { session } = await openSession(ctx, {
        userId: user.id,
        audience: resolveAudience(ctx.config, { audience }),
        acr: 'pwd',
        amr: ['pwd'],
        method: 'password',
      })
      return { session, token: await mintAccessToken(ctx, grantOf(session)) }
    }
    return { ctx, user, mint }
  }

  for (const signingAlgorithm of ['ES256', 'EdDSA', 'RS256'] as const) {
    test(`${signingAlgorithm}: another implementation accepts the token as RFC 9068 has it`, async () => {
      const { ctx, user, mint } = await start({}, { GATEHOUSE_SIGNING_ALGORITHM: signingAlgorithm })
      const { session, token } = await mint()
      const { keys } = await publishedJwks(ctx)
      const keySet = createLocalJWKSet({ keys: keys.map((key) => ({ ...key, kty: key.kty ?? '' })) })
      const { payload, protectedHeader } = await jwtVerify(token, keySet, {
        issuer,
        audience: 'api',
        typ: 'at+jwt',
        currentDate: new Date(ctx.clock.now()),
      })
      const now = Math.floor(ctx.clock.now() / 1000)
      expect(protectedHeader).toEqual({ alg: signingAlgorithm, typ: 'at+jwt', kid: keys[0]?.kid })
      expect(payload).toEqual({
        iss: issuer,
        sub: user.id,
        aud: ['api', issuer],
        exp: now + 600,
        iat: now,
        jti: expect.any(String),
        rev: expect.any(Number),
        sid: session.id,
        client_id: expect.any(String),
        auth_time: now,
        acr: 'pwd',
        amr: ['pwd'],
        username: 'ana',
        roles: ['editor', 'member'],
        scope: 'posts:edit',
      })
    })
  }

  test('the server’s own permissions are in tokens for the server alone, and nothing else is', async () => {
    const { mint } = await start()
    expect(decodeJwt((await mint()).token)).toMatchObject({ scope: 'posts:edit', aud: ['api', issuer] })
    expect(decodeJwt((await mint('api')).token)).toMatchObject({ scope: 'posts:edit', aud: 'api' })
    expect(decodeJwt((await mint(issuer)).token)).toMatchObject({ scope: 'users:read', aud: issuer })
  })

  test('no two tokens are alike', async () => {
    const { mint } = await start()
    expect(decodeJwt((await mint()).token).jti).not.toBe(decodeJwt((await mint()).token).jti)
  })

  test('with a shared secret the token is what a few lines of any JWT library accept', async () => {
    const { ctx, user, mint } = await start({ tokenProfile: 'shared-secret', jwtSecret })
    const { session, token } = await mint()
    const [header, payload, signature] = token.split('.')
    expect(createHmac('sha256', jwtSecret).update(`${header}.${payload}`).digest('base64url')).toBe(signature)
    const now = Math.floor(ctx.clock.now() / 1000)
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'HS256', typ: 'JWT' })
    expect(decodeJwt(token)).toEqual({
      iss: issuer,
      sub: user.id,
      sid: session.id,
      jti: expect.any(String),
      rev: expect.any(Number),
      iat: now,
      exp: now + 600,
      id: user.id,
      username: 'ana',
    })
  })
})
