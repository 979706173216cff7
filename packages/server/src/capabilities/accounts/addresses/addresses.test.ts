import { expect, test } from 'vitest'
import { createThrottles } from '../../../platform/throttles.ts'
import { describeEachDatabase } from '../../../testing/databases.ts'
import { mailTo, tokenIn } from '../../../testing/mail.ts'
import { type TestServer, testServer } from '../../../testing/server.ts'

const minute = 60_000
const day = 24 * 60 * minute

describeEachDatabase('e-mail addresses', (open) => {
  const start = async (overrides: Parameters<typeof testServer>[1] = {}) => {
    const { db } = await open()
    const server = await testServer(db, overrides)
    const ana = await server.member('ana')
    return { server, ana, ...around(server) }
  }

  const around = (server: TestServer) => {
    const mails = (address: string) => mailTo(server.ctx, address)
    const last = async (address: string) => {
      const mail = (await mails(address)).at(-1)
      if (mail === undefined) throw new Error(`no mail to ${address}`)
      return mail
    }
    /** The token in the link of the newest message to an address. */
    const token = async (address: string) => tokenIn(await last(address))
    const code = async (address: string) => {
      const { values } = await last(address)
      return 'code' in values ? (values.code ?? '') : ''
    }
    const claim = (person: { token: string }, email: string | null) =>
      server.request('PATCH', '/users/me', { token: person.token, body: { email } })
    const verify = (body: object) => server.request('POST', '/auth/verify-email', { body })
    const undo = (token: string) => server.request('POST', '/auth/undo-email', { body: { token } })
    const own = async (person: { token: string }) =>
      (await server.request('GET', '/users/me', { token: person.token })).body
    /** A verified address, as its owner comes to it. */
    const verified = async (person: { token: string }, email: string) => {
      await claim(person, email)
      expect((await verify({ token: await token(email) })).status).toBe(204)
    }
    const events = async (action: string) =>
      server.ctx.db.selectFrom('audit_events').selectAll().where('action', '=', action).execute()
    return { mails, last, token, code, claim, verify, undo, own, verified, events }
  }

  test('a new one is unverified until its link comes back', async () => {
    const { ana, claim, verify, own, last, token, events } = await start()
    const { status, body } = await claim(ana, 'ana@example.com')
    expect(status).toBe(200)
    expect(body).toMatchObject({ email: 'ana@example.com', email_verified: false, pending_email: null })
    expect(await last('ana@example.com')).toMatchObject({
      message: 'verify-email',
      userId: ana.id,
      values: { name: 'ana', link: expect.stringContaining('/verify?token=') },
    })
    const link = await token('ana@example.com')
    expect(await verify({ token: link })).toMatchObject({ status: 204, text: '' })
    expect(await own(ana)).toMatchObject({ email: 'ana@example.com', email_verified: true })
    expect(await events('email.verified')).toMatchObject([{ actor: ana.id, target: ana.id }])
    expect((await verify({ token: link })).body.code).toBe('invalid_challenge')
  })

  test('a code verifies it for whoever has the challenge of the request', async () => {
    const { ana, claim, verify, own, code } = await start()
    const { body } = await claim(ana, 'ana@example.com')
    const digits = await code('ana@example.com')
    const other = String((Number(digits) + 1) % 1_000_000).padStart(6, '0')
    expect((await verify({ challenge: body.email_challenge, code: other })).body.code).toBe(
      'invalid_challenge',
    )
    expect((await verify({ challenge: ana.id, code: digits })).body.code).toBe('invalid_challenge')
    expect((await own(ana)).email_verified).toBe(false)
    expect((await verify({ challenge: body.email_challenge, code: digits })).status).toBe(204)
    expect((await own(ana)).email_verified).toBe(true)
  })

  test('the message is sent again after a minute at the earliest, to the account’s own user alone', async () => {
    const { server, ana, claim, mails, verify, token } = await start()
    const again = (path = 'me', person: { token: string } = ana) =>
      server.request('POST', `/users/${path}/email-verification`, { token: person.token })
    expect((await again()).body.code).toBe('nothing_to_verify')
    await claim(ana, 'ana@example.com')
    expect(await again()).toMatchObject({ status: 429 })
    server.ctx.clock.advance(minute)
    const first = await token('ana@example.com')
    const { status, body } = await again()
    expect([status, typeof body.challenge]).toEqual([202, 'string'])
    expect(await mails('ana@example.com')).toHaveLength(2)
    const ben = await server.member('ben')
    expect((await again(ana.id, ben)).status).toBe(403)
    expect((await again(ana.id, await server.admin())).status).toBe(403)
    // links that are on their way stay good, and the second one is no mistake
    const second = await token('ana@example.com')
    expect((await verify({ token: first })).status).toBe(204)
    expect((await verify({ token: second })).status).toBe(204)
    expect((await again()).body.code).toBe('nothing_to_verify')
  })

  test('a link is good for a day', async () => {
    const { server, ana, claim, verify, token } = await start()
    await claim(ana, 'ana@example.com')
    server.ctx.clock.advance(day)
    expect((await verify({ token: await token('ana@example.com') })).body.code).toBe('invalid_challenge')
  })

  test('a link to an address that the account has no more verifies nothing', async () => {
    const { ana, claim, verify, own, token } = await start()
    await claim(ana, 'one@example.com')
    const first = await token('one@example.com')
    await claim(ana, 'two@example.com')
    expect((await verify({ token: first })).body.code).toBe('invalid_challenge')
    expect(await own(ana)).toMatchObject({ email: 'two@example.com', email_verified: false })
  })

  test('a verified one stays until the new one is verified', async () => {
    const { ana, claim, verify, own, verified, last, token, events, mails } = await start()
    await verified(ana, 'old@example.com')
    const { body } = await claim(ana, 'new@example.com')
    expect(body).toMatchObject({
      email: 'old@example.com',
      email_verified: true,
      pending_email: 'new@example.com',
    })
    expect((await last('new@example.com')).message).toBe('change-email')
    expect(await mails('old@example.com')).toHaveLength(1)
    expect((await verify({ token: await token('new@example.com') })).status).toBe(204)
    expect(await own(ana)).toMatchObject({
      email: 'new@example.com',
      email_verified: true,
      pending_email: null,
    })
    expect(await last('old@example.com')).toMatchObject({
      message: 'email-changed',
      values: { email: 'new@example.com', link: expect.stringContaining('/undo-email?token=') },
    })
    expect(await events('email.changed')).toMatchObject([{ target: ana.id }])
  })

  test('asking for the one that the account has gives up the pending one', async () => {
    const { ana, claim, verify, own, verified, token } = await start()
    await verified(ana, 'old@example.com')
    await claim(ana, 'new@example.com')
    expect((await claim(ana, 'old@example.com')).body).toMatchObject({ pending_email: null })
    expect((await verify({ token: await token('new@example.com') })).body.code).toBe('invalid_challenge')
    expect(await own(ana)).toMatchObject({ email: 'old@example.com', email_verified: true })
  })

  test('the old one can be given back for seven days, and then every session ends', async () => {
    const { server, ana, claim, verify, undo, verified, token, last, events } = await start()
    await verified(ana, 'old@example.com')
    await claim(ana, 'new@example.com')
    await verify({ token: await token('new@example.com') })
    server.ctx.clock.advance(7 * day - 1)
    const { refreshToken } = await server.signIn('ana')
    expect((await undo(await token('old@example.com'))).status).toBe(204)
    const row = await server.ctx.db
      .selectFrom('users')
      .selectAll()
      .where('id', '=', ana.id)
      .executeTakeFirst()
    expect(row).toMatchObject({ email: 'old@example.com', email_key: 'old@example.com', pending_email: null })
    expect(row?.email_verified_at).not.toBeNull()
    const refreshed = await server.request('POST', '/auth/refresh', { body: { refresh_token: refreshToken } })
    expect(refreshed.status).toBe(401)
    const told = await last('new@example.com')
    expect(told).toMatchObject({ message: 'email-changed', values: { email: 'old@example.com' } })
    expect(told.values).not.toHaveProperty('link')
    expect(await events('email.restored')).toHaveLength(1)
  })

  test('after seven days a change is for good', async () => {
    const { server, ana, claim, verify, undo, verified, token } = await start()
    await verified(ana, 'old@example.com')
    await claim(ana, 'new@example.com')
    await verify({ token: await token('new@example.com') })
    server.ctx.clock.advance(7 * day)
    expect((await undo(await token('old@example.com'))).body.code).toBe('invalid_challenge')
  })

  test('whoever changes it again and again cannot shake the first owner off', async () => {
    const { server, ana, claim, verify, undo, verified, token, mails } = await start()
    await verified(ana, 'first@example.com')
    const outcomes: number[] = []
    for (let i = 1; i <= 6; i += 1) {
      await claim(ana, `evil${i}@example.com`)
      outcomes.push((await verify({ token: await token(`evil${i}@example.com`) })).status)
    }
    expect(outcomes).toEqual([204, 204, 204, 204, 429, 429])
    const links = await mails('evil1@example.com')
    expect((await undo(await token('first@example.com'))).status).toBe(204)
    // the stranger's own ways back are gone
    const back = links.find(({ message }) => message === 'email-changed')
    expect((await undo(back ? tokenIn(back) : '')).body.code).toBe('invalid_challenge')
    expect((await verify({ token: await token('evil6@example.com') })).body.code).toBe('invalid_challenge')
    const row = await server.ctx.db
      .selectFrom('users')
      .selectAll()
      .where('id', '=', ana.id)
      .executeTakeFirst()
    expect(row?.email).toBe('first@example.com')
  })

  test('an owner who removes a verified one is told at it, and can undo that', async () => {
    const { server, ana, claim, undo, verified, token, last } = await start()
    await verified(ana, 'ana@example.com')
    expect((await claim(ana, null)).body).toMatchObject({ email: null, email_verified: false })
    expect((await last('ana@example.com')).message).toBe('email-changed')
    expect((await undo(await token('ana@example.com'))).status).toBe(204)
    expect(await server.signIn('ana@example.com')).toBeDefined()
  })

  test('one that was never verified is not told of anything', async () => {
    const { ana, claim, mails } = await start()
    await claim(ana, 'stranger@example.com')
    await claim(ana, 'ana@example.com')
    expect((await mails('stranger@example.com')).map(({ message }) => message)).toEqual(['verify-email'])
  })

  test('an administrator’s word counts at once: the old one is told, without a way to undo it', async () => {
    const { server, ana, verified, last, verify, token, own } = await start()
    await verified(ana, 'left@example.com')
    const { token: power } = await server.admin()
    const { body } = await server.request('PATCH', `/users/${ana.id}`, {
      token: power,
      body: { email: 'new@example.com' },
    })
    expect(body).toMatchObject({ email: 'new@example.com', email_verified: false, pending_email: null })
    const told = await last('left@example.com')
    expect(told.message).toBe('email-changed')
    expect(told.values).not.toHaveProperty('link')
    expect((await last('new@example.com')).message).toBe('verify-email')
    await verify({ token: await token('new@example.com') })
    expect((await own(ana)).email_verified).toBe(true)
  })

  test('where no mail can be sent, everything is as without mail', async () => {
    const settings = { GATEHOUSE_ISSUER: 'https://id.example.com' }
    const { server, ana, claim, mails } = await start({ config: { development: false }, settings })
    expect((await claim(ana, 'ana@example.com')).body).toMatchObject({
      email: 'ana@example.com',
      email_verified: false,
    })
    expect(await mails('ana@example.com')).toEqual([])
    const asked = await server.request('POST', '/users/me/email-verification', { token: ana.token })
    expect([asked.status, asked.body.code]).toEqual([501, 'mail_not_configured'])
  })

  test('two may claim the same one; it goes to whoever verifies it, and the other learns so by its mail alone', async () => {
    const { server, ana, claim, verify, mails, own } = await start()
    const ben = await server.member('ben')
    const answers = [await claim(ana, 'both@example.com'), await claim(ben, 'Both@Example.com')]
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    const [toAna, toBen] = [...(await mails('both@example.com')), ...(await mails('Both@Example.com'))].map(
      tokenIn,
    )
    expect((await verify({ token: toAna })).status).toBe(204)
    const late = await verify({ token: toBen })
    expect([late.status, late.body.code]).toEqual([409, 'email_taken'])
    expect(await own(ben)).toMatchObject({ email_verified: false })
    // a link that came too late is not used up: the other may give the address up
    await server.request('PATCH', '/users/me', { token: ana.token, body: { email: null } })
    expect((await verify({ token: toBen })).status).toBe(204)
  })

  test('nobody gets back an address that another account has verified meanwhile', async () => {
    const { server, ana, claim, verify, undo, verified, token } = await start()
    await verified(ana, 'shared@example.com')
    await claim(ana, 'ana@example.com')
    await verify({ token: await token('ana@example.com') })
    const undoing = await token('shared@example.com')
    const ben = await server.member('ben')
    await verified(ben, 'shared@example.com')
    expect((await undo(undoing)).body.code).toBe('email_taken')
  })

  test('a disabled account verifies nothing', async () => {
    const { server, ana, claim, verify, token } = await start()
    await claim(ana, 'ana@example.com')
    await server.request('PATCH', `/users/${ana.id}`, {
      token: (await server.admin()).token,
      body: { disabled: true },
    })
    expect((await verify({ token: await token('ana@example.com') })).body.code).toBe('invalid_challenge')
  })

  test('a link dies with the account', async () => {
    const { server, ana, claim, verify, token } = await start()
    await claim(ana, 'ana@example.com')
    const link = await token('ana@example.com')
    await server.request('DELETE', '/users/me', { token: ana.token })
    expect((await verify({ token: link })).body.code).toBe('invalid_challenge')
  })

  test('looking like somebody’s is noted for administrators, and merged with nothing', async () => {
    const { server, ana, claim, verified, events, mails } = await start()
    await verified(ana, 'ana@example.com')
    const eve = await server.member('eve')
    expect((await claim(eve, 'аna@example.com')).status).toBe(200)
    expect(await mails('аna@example.com')).toHaveLength(1)
    expect(await events('email.lookalike')).toMatchObject([
      { target: eve.id, detail: JSON.stringify({ resembles: ana.id }) },
    ])
    await claim(eve, 'nоbody@example.com')
    expect((await events('email.lookalike')).at(-1)?.detail).toBe(JSON.stringify({ resembles: null }))
    expect((await events('email.lookalike')).map(({ detail }) => detail).join()).not.toContain('@')
  })

  test('plus addresses are addresses of their own', async () => {
    const { server, ana, verified } = await start()
    const ben = await server.member('ben')
    await verified(ana, 'a@example.com')
    await verified(ben, 'a+b@example.com')
  })

  test('nobody has an address filled with messages, from however many accounts', async () => {
    const { server } = await start({ throttles: createThrottles(undefined) })
    const { claim, mails } = around(server)
    const outcomes: number[] = []
    for (let i = 0; i < 12; i += 1) {
      const stranger = await server.member(`stranger${i}`)
      outcomes.push((await claim(stranger, 'victim@example.com')).status)
    }
    expect(outcomes.filter((status) => status === 429)).toHaveLength(2)
    expect(await mails('victim@example.com')).toHaveLength(10)
  })
})
