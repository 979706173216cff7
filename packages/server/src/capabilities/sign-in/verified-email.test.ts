import { expect, test } from 'vitest'
import { describeEachDatabase } from '../../testing/databases.ts'
import { mailTo, tokenIn } from '../../testing/mail.ts'
import { type TestServer, testPassword, testServer } from '../../testing/server.ts'
import { createAccount } from '../accounts/index.ts'

const minute = 60_000
const demanded = { GATEHOUSE_REQUIRE_VERIFIED_EMAIL: 'on' }

describeEachDatabase('signing up with an e-mail address', (open) => {
  const start = async (overrides: Parameters<typeof testServer>[1] = {}) => {
    const server = await testServer((await open()).db, overrides)
    return { server, ...callsOf(server) }
  }
  const callsOf = (server: TestServer) => {
    const signUp = (username: string, email?: string) =>
      server.request('POST', '/auth/sign-up', { body: { username, password: testPassword, email } })
    const signIn = (username: string, more: object = {}) =>
      server.request('POST', '/auth/sign-in', { body: { username, password: testPassword, ...more } })
    const verify = (body: object) => server.request('POST', '/auth/verify-email', { body })
    const go = (challenge: string, headers: Record<string, string> = {}) =>
      server.request('POST', '/auth/continue-sign-in', { body: { challenge }, headers })
    const mails = (address: string) => mailTo(server.ctx, address)
    return { signUp, signIn, verify, go, mails }
  }

  test('sends a link, and a code for the answer’s challenge', async () => {
    const { signUp, verify, mails, server } = await start()
    const { status, body } = await signUp('ana', 'ana@example.com')
    expect(status).toBe(201)
    const [mail] = await mails('ana@example.com')
    expect(mail).toMatchObject({ message: 'verify-email', values: { name: 'ana' } })
    const code = mail !== undefined && 'code' in mail.values ? mail.values.code : undefined
    expect((await verify({ challenge: body.email_challenge, code })).status).toBe(204)
    expect((await server.signIn('ana@example.com')).token).toBeTruthy()
  })

  test('costs no more and tells no more for an address that an account has', async () => {
    const { server, signUp, verify, mails } = await start()
    await signUp('ana', 'ana@example.com')
    await verify({ token: tokenIn((await mails('ana@example.com'))[0] ?? fail()) })
    const [known, unknown] = [await signUp('eve', 'ana@example.com'), await signUp('eva', 'eva@example.com')]
    expect([known.status, unknown.status]).toEqual([201, 201])
    expect(Object.keys(known.body).sort()).toEqual(Object.keys(unknown.body).sort())
    expect(known.body.user).toMatchObject({ email: 'ana@example.com', email_verified: false })
    expect((await mails('ana@example.com')).map(({ message }) => message)).toEqual([
      'verify-email',
      'verify-email',
    ])
    // what a stranger signed up with does not sign in by that address
    expect((await server.request('GET', '/users/me', { token: known.body.token })).body.id).toBe(
      known.body.user.id,
    )
    const byAddress = await server.request('POST', '/auth/sign-in', {
      body: { username: 'ana@example.com', password: testPassword },
    })
    expect(byAddress.body.user.username).toBe('ana')
  })

  test('does not need mail', async () => {
    const { signUp, mails } = await start({ config: { development: false } })
    const { status, body } = await signUp('ana', 'ana@example.com')
    expect([status, body.email_challenge]).toEqual([201, undefined])
    expect(await mails('ana@example.com')).toEqual([])
  })

  test('where a verified one is demanded, opens no session before it is', async () => {
    const { signUp, signIn, verify, go, mails, server } = await start({ settings: demanded })
    expect((await signUp('ana')).body.errors).toMatchObject([{ field: 'email', code: 'required' }])
    const { status, body } = await signUp('ana', 'ana@example.com')
    expect([status, body.code]).toEqual([401, 'email_unverified'])
    expect(await server.ctx.db.selectFrom('sessions').selectAll().execute()).toEqual([])
    const [mail] = await mails('ana@example.com')
    expect(await mails('ana@example.com')).toHaveLength(1)

    // going on too early costs nothing
    for (let i = 0; i < 6; i += 1) expect((await go(body.challenge)).body.code).toBe('email_unverified')
    const code = mail !== undefined && 'code' in mail.values ? mail.values.code : undefined
    expect((await verify({ challenge: body.email_challenge, code })).status).toBe(204)
    const done = await go(body.challenge)
    expect([done.status, done.body.user.email_verified]).toEqual([200, true])
    expect((await go(body.challenge)).body.code).toBe('invalid_challenge')
    expect((await signIn('ana')).status).toBe(200)
  })

  test('a sign-in sends the message again, once a minute at most, and only with the right password', async () => {
    const { server, signUp, signIn, mails } = await start({ settings: demanded })
    await signUp('ana', 'ana@example.com')
    expect((await signIn('ana')).body).toMatchObject({ code: 'email_unverified' })
    expect((await signIn('ana')).body.email_challenge).toBeUndefined()
    expect(await mails('ana@example.com')).toHaveLength(1)
    server.ctx.clock.advance(minute)
    expect((await signIn('ana', { password: 'wrong' })).body.code).toBe('wrong_credentials')
    expect(await mails('ana@example.com')).toHaveLength(1)
    expect((await signIn('ana')).body.email_challenge).toEqual(expect.any(String))
    expect(await mails('ana@example.com')).toHaveLength(2)
  })

  test('the challenge of a sign-in ends with the address that it was for, and after ten minutes', async () => {
    const { server, signUp, signIn, verify, go, mails } = await start({ settings: demanded })
    const first = (await signUp('ana', 'old@example.com')).body
    const admin = await createAccount(
      server.ctx,
      { kind: 'system' },
      {
        username: 'root',
        password: testPassword,
        roles: ['admin'],
      },
    )
    const { token } = await server.signIn(admin.username, server.ctx.config.issuer)
    const path = `/users/${(await server.ctx.db.selectFrom('users').select('id').where('username', '=', 'ana').executeTakeFirstOrThrow()).id}`
    await server.request('PATCH', path, { token, body: { email: 'new@example.com' } })
    await verify({ token: tokenIn((await mails('new@example.com'))[0] ?? fail()) })
    expect((await go(first.challenge)).body.code).toBe('invalid_challenge')

    await signUp('ben', 'ben@example.com')
    const { challenge } = (await signIn('ben')).body
    server.ctx.clock.advance(10 * minute)
    expect((await go(challenge)).body.code).toBe('invalid_challenge')
  })

  test('an account without an address, made by an administrator, signs in all the same', async () => {
    const { server, signIn } = await start({ settings: demanded })
    await createAccount(server.ctx, { kind: 'system' }, { username: 'root', password: testPassword })
    expect((await signIn('root')).status).toBe(200)
  })

  test('nobody gets round verifying by giving the address up', async () => {
    const { server, signUp, verify, mails, signIn } = await start({ settings: demanded })
    await signUp('ana', 'ana@example.com')
    await verify({ token: tokenIn((await mails('ana@example.com'))[0] ?? fail()) })
    const { token } = (await signIn('ana')).body
    const refused = await server.request('PATCH', '/users/me', { token, body: { email: null } })
    expect([refused.status, refused.body.errors?.[0]?.code]).toEqual([422, 'required'])
  })
})

function fail(): never {
  throw new Error('there is no mail')
}
