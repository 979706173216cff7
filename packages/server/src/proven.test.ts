import { mkdtemp, rm } from 'node:fs/promises'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ProveConfig, prove } from '@gatehouse/prove'
import { createAdaptorServer } from '@hono/node-server'
import { afterEach, expect, test, vi } from 'vitest'
import { createAccount } from './capabilities/accounts/index.ts'
import { invite } from './capabilities/invitations/index.ts'
import { ensureKeys } from './capabilities/keys/index.ts'
import { openSession } from './capabilities/sessions/index.ts'
import { serverPermissions } from './capabilities.ts'
import { followRevocations } from './runtime.ts'
import { TestAuthenticator } from './testing/authenticator.ts'
import { testContext } from './testing/context.ts'
import { describeEachDatabase } from './testing/databases.ts'
import { addApp, codeOfAddedApp, enrolApp } from './testing/factors.ts'
import { mailTo, queuedMail, tokenIn } from './testing/mail.ts'
import { serverTokens, signInBody } from './testing/prover-tokens.ts'
import { type TestServer, testPassword, testServer } from './testing/server.ts'

const nonce = 'the nonce of a run of the prover, in a test'
let folder = ''
afterEach(() => {
  vi.unstubAllEnvs()
  return rm(folder, { recursive: true, force: true })
})

/** The proof is another's than the guard's: what such a route lets in it says itself. */
const proofOfItsOwn = 'it asks for no token: a secret or a token in the body is the proof'

/** Forms that work only in a browser that was shown their page: the prover gets as far as the guard. */
const isForm = (route: string): boolean =>
  /^POST \/(?:account|sign-in|sign-up|sign-out|verify|undo-email|change-password|forgot-password|reset|sign-in-by-email|email-sign-in|accept-invitation|factor)\b/.test(
    route,
  )

/** The challenge of a sign-in that only lacked a verified address, which it has by now. */
async function pausedForEmail({ ctx, request }: TestServer): Promise<string> {
  const demanding = await testServer(ctx.db, { settings: { GATEHOUSE_REQUIRE_VERIFIED_EMAIL: 'on' } })
  const body = { username: 'waiting', password: testPassword, email: 'waiting@example.com' }
  const { body: answer } = await demanding.request('POST', '/auth/sign-up', { body })
  const mail = (await mailTo(ctx, 'waiting@example.com')).at(-1) ?? failure()
  await request('POST', '/auth/verify-email', { body: { token: tokenIn(mail) } })
  return answer.challenge
}

/** Its body is signed for each caller by an authenticator: the prover gets as far as the guard. */
const signedByCaller = 'POST /users/:userId/factors/passkeys'

const failure = (): never => {
  throw new Error('there is no mail')
}

describeEachDatabase('the server’s own routes', (open) => {
  test('hold every rule that they declare, whoever calls', async () => {
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-proven-'))
    const manifest = join(folder, 'manifest.json')
    vi.stubEnv('GATEHOUSE_MANIFEST', manifest)
    vi.stubEnv('GATEHOUSE_PROVE_NONCE', nonce)
    const clock = { now: () => Date.now(), set: () => undefined, advance: () => undefined }
    const { db } = await open()
    await ensureKeys(testContext(db, { clock }))
    const { feed } = await followRevocations(testContext(db, { clock }))
    const server = await testServer(db, { clock, revocations: feed })
    const owners = [await server.member('owner-one'), await server.member('owner-two')] as const
    for (const { id, user } of owners) {
      const email = `${user.username}@example.com`
      await db.updateTable('users').set({ email, email_key: email }).where('id', '=', id).execute()
    }
    const [changing, claiming] = [await server.member('changing'), await server.member('claiming')]
    const address = (email: string, { token } = changing) =>
      server.request('PATCH', '/users/me', { token, body: { email } })
    const linkTo = async (email: string) => tokenIn((await mailTo(server.ctx, email)).at(-1) ?? failure())
    await address('former@example.com')
    const verified = { token: await linkTo('former@example.com') }
    await server.request('POST', '/auth/verify-email', { body: verified })
    await address('new@example.com')
    await server.request('POST', '/auth/verify-email', { body: { token: await linkTo('new@example.com') } })
    await address('claimed@example.com', claiming)
    const asSystem = { kind: 'system' } as const
    await invite(server.ctx, asSystem, { email: 'invited@example.com' })
    const paused = await pausedForEmail(server)
    const sent = async (path: string, username: string) => {
      const email = `${username}@example.com`
      await createAccount(server.ctx, { kind: 'system' }, { username, email, password: testPassword })
      await server.request('POST', path, { body: { email } })
      return linkTo(email)
    }
    const hesitant = { username: 'hesitant', password: testPassword, mustChangePassword: true }
    await createAccount(server.ctx, { kind: 'system' }, hesitant)
    const lacking = await server.request('POST', '/auth/sign-in', { body: signInBody('hesitant') })
    const doubting = await server.member('doubting')
    const { recoveryCodes } = await enrolApp(server, doubting.token)
    const halfWay = async () =>
      (await server.request('POST', '/auth/sign-in', { body: signInBody('doubting') })).body.challenge
    const [half, undecided] = [await halfWay(), await halfWay()]
    const passkey = new TestAuthenticator(server.ctx.config.issuer)
    const enrolling = '/users/me/factors/passkeys'
    const creation = await server.request('POST', `${enrolling}/options`, { token: doubting.token })
    const made = { credential: passkey.create(creation.body) }
    await server.request('POST', enrolling, { token: doubting.token, body: made })
    const asked = await server.request('POST', '/auth/passkey/options')
    const listening = createAdaptorServer({ fetch: server.app.fetch }) as Server
    await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve))
    try {
      const base = `http://127.0.0.1:${(listening.address() as AddressInfo).port}`
      const [one, two] = owners
      const config: ProveConfig = {
        base,
        disposable: true,
        tokens: () => serverTokens(server, owners),
        owners: [
          { id: one.id, username: one.user.username },
          { id: two.id, username: two.user.username },
        ],
        roles: { admin: [...serverPermissions] },
        checks: { me: false },
        resources: {
          userId: ({ owner }) => ({ userId: owner.id }),
          role: async ({ unique }) => {
            const role = `role-${unique()}`
            await server.role(role, [])
            return { role }
          },
          kid: async ({ unique }) => {
            // a feed key of the past: dropping it ends nothing that the proof needs
            const [kid, now] = [`key-${unique()}`, Date.now()]
            const times = { created_at: now - 3, signs_from: now - 2, signs_until: now - 1 }
            const rest = { use: 'feed', alg: 'ES256', public_jwk: '{}', private_sealed: null } as const
            const row = { kid, ...rest, ...times, published_until: now + 3_600_000, revoked_at: null }
            await db.insertInto('keys').values(row).execute()
            return { kid }
          },
          mailId: async ({ owner }) => ({ mailId: await queuedMail(server.ctx, owner.id, 'failed') }),
          message: async ({ owner }) => ({ message: await queuedMail(server.ctx, owner.id, 'kept') }),
          invitationId: async ({ unique }) => {
            const email = `guest-${unique()}@example.com`
            return { invitationId: (await invite(server.ctx, asSystem, { email })).id }
          },
          factorId: async ({ owner }) => ({
            factorId: await addApp(server.ctx, owner.id, { confirmed: true }),
          }),
          'POST /users/:userId/factors/totp/:factorId/confirm': async ({ owner }) => ({
            userId: owner.id,
            factorId: await addApp(server.ctx, owner.id, { confirmed: false }),
          }),
          sessionId: async ({ owner }) => {
            const asked = {
              userId: owner.id,
              audience: ['api'],
              acr: 'pwd',
              amr: ['pwd'],
              method: 'password',
            }
            return { sessionId: (await openSession(server.ctx, asked)).session.id }
          },
        },
        bodies: {
          'POST /auth/sign-up': ({ unique }) => ({ username: `new-${unique}`, password: testPassword }),
          'POST /auth/sign-in': signInBody(claiming.user.username),
          'POST /auth/continue-sign-in': { challenge: paused },
          'POST /auth/accept-invitation': {
            token: await linkTo('invited@example.com'),
            username: 'invited',
            password: testPassword,
          },
          'POST /invitations': ({ unique }) => ({ email: `${unique}@example.com` }),
          'POST /auth/verify-email': { token: await linkTo('claimed@example.com') },
          'POST /auth/undo-email': { token: await linkTo('former@example.com') },
          'POST /auth/forgot-password': { email: 'nobody@example.com' },
          'POST /auth/email-sign-in': { email: 'nobody@example.com' },
          'POST /auth/reset-password': {
            token: await sent('/auth/forgot-password', 'forgetful'),
            password: `${testPassword}-3`,
          },
          'POST /auth/email-sign-in/complete': { token: await sent('/auth/email-sign-in', 'mailbox') },
          'POST /auth/change-password': { challenge: lacking.body.challenge, password: `${testPassword}-2` },
          'POST /auth/passkey': { credential: passkey.get(asked.body) },
          'POST /auth/factor/options': { challenge: undecided },
          'POST /auth/factor': { challenge: half, recovery_code: recoveryCodes[0] },
          'POST /auth/step-up': {},
          'PATCH /users/:userId/factors/:factorId': { name: 'Phone' },
          'POST /users/:userId/factors/totp/:factorId/confirm': () => ({ totp: codeOfAddedApp() }),
          'POST /keys/rotate': { use: 'feed' },
          'PUT /roles/:role': { permissions: [] },
          'PUT /users/:userId/roles': { roles: [] },
          'POST /auth/refresh': { refresh_token: one.refreshToken },
        },
        sharedLists: { 'GET /users': 'signed-in users may see who else is there' },
        skip: {
          'POST /oauth/introspect': proofOfItsOwn,
          'POST /oauth/revoke': proofOfItsOwn,
          'POST /auth/cancel-deletion': proofOfItsOwn,
        },
      }
      const report = await prove({ config, manifest, nonce })
      const open = report.routes.flatMap(({ findings }) =>
        findings.filter(
          ({ verdict, route }) =>
            verdict !== 'held' &&
            verdict !== 'skipped' &&
            !(verdict === 'guard-only' && (isForm(route) || route === signedByCaller)),
        ),
      )
      expect(open).toEqual([])
      expect(report.counts.held).toBeGreaterThan(400)
    } finally {
      await feed.close()
      await new Promise((resolve) => {
        listening.close(resolve)
        listening.closeAllConnections()
      })
    }
  }, 300_000)
})
