import { beforeAll, describe, expect, test } from 'vitest'
import { testBrowser } from '../../testing/browser.ts'
import { describeEachDatabase } from '../../testing/databases.ts'
import { mailTo, tokenIn } from '../../testing/mail.ts'
import { type TestServer, testPassword, testServer } from '../../testing/server.ts'

describeEachDatabase('pages that links in messages lead to', (open) => {
  let server: TestServer
  beforeAll(async () => {
    server = await testServer((await open()).db)
  })

  const claim = async (username: string, email: string) => {
    const person = await server.member(username)
    await server.request('PATCH', '/users/me', { token: person.token, body: { email } })
    return { ...person, link: await linkTo(email) }
  }
  const linkTo = async (address: string) => {
    const mail = (await mailTo(server.ctx, address)).at(-1)
    if (mail === undefined) throw new Error(`no mail to ${address}`)
    return tokenIn(mail)
  }
  const verifiedOf = async ({ token }: { token: string }) =>
    (await server.request('GET', '/users/me', { token })).body.email_verified

  describe('/verify', () => {
    test('uses nothing up when it is opened, however often, and verifies when its button is pressed', async () => {
      const ana = await claim('ana', 'ana@example.com')
      const scanner = testBrowser(server)
      for (let i = 0; i < 3; i += 1) expect((await scanner.get(`/verify?token=${ana.link}`)).status).toBe(200)
      expect(await verifiedOf(ana)).toBe(false)
      const answer = await testBrowser(server).submit(`/verify?token=${ana.link}`, {})
      expect(answer.status).toBe(200)
      expect(answer.text).toContain('Your address is confirmed')
      expect(await verifiedOf(ana)).toBe(true)
    })

    test('says so when the link was used, is too old or made up', async () => {
      const bea = await claim('bea', 'bea@example.com')
      await testBrowser(server).submit(`/verify?token=${bea.link}`, {})
      for (const token of [bea.link, 'x', '', '%00', 'A'.repeat(43)]) {
        const answer = await testBrowser(server).submit(`/verify?token=${token}`, {})
        expect(answer.status).toBe(400)
        expect(answer.text).toContain('This link or code is wrong')
      }
    })

    test('tells no other site, cache or page the token', async () => {
      const cleo = await claim('cleo', 'cleo@example.com')
      const { headers, text } = await testBrowser(server).get(`/verify?token=${cleo.link}`)
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('cache-control')).toBe('no-store')
      expect(text.match(new RegExp(cleo.link, 'g'))).toHaveLength(1)
    })

    test('is sent again from the account', async () => {
      const dora = await claim('dora', 'dora@example.com')
      const browser = testBrowser(server)
      await browser.submit('/sign-in', { username: 'dora', password: testPassword })
      const at = ['/account/security', '/account/security/email/verification'] as const
      expect((await browser.submit(at[0], {}, at[1])).status).toBe(429)
      server.ctx.clock.advance(61_000)
      expect((await browser.submit(at[0], {}, at[1])).location).toBe('/account/security?done=resent')
      const link = await linkTo('dora@example.com')
      expect(link).not.toBe(dora.link)
    })
  })

  test('/undo-email gives the old address back and ends every session', async () => {
    const eve = await claim('eve', 'eve@example.com')
    await testBrowser(server).submit(`/verify?token=${eve.link}`, {})
    await server.request('PATCH', '/users/me', { token: eve.token, body: { email: 'thief@example.com' } })
    await testBrowser(server).submit(`/verify?token=${await linkTo('thief@example.com')}`, {})
    const undo = await linkTo('eve@example.com')
    const answer = await testBrowser(server).submit(`/undo-email?token=${undo}`, {})
    expect(answer.text).toContain('Your old address is back')
    expect((await server.request('GET', '/users/me', { token: eve.token })).status).toBe(401)
    const { token } = await server.signIn('eve@example.com')
    expect((await server.request('GET', '/users/me', { token })).body.email).toBe('eve@example.com')
  })
})

describeEachDatabase('ways in that begin with a message', (open) => {
  let server: TestServer
  beforeAll(async () => {
    server = await testServer((await open()).db)
  })

  const own = { 'sec-fetch-site': 'same-origin' }
  const anew = 'velvet-harbor-lantern-3'
  const member = async (username: string) => {
    const person = await server.member(username)
    const email = `${username}@example.com`
    await server.request('PATCH', '/users/me', { token: person.token, body: { email } })
    const link = tokenIn((await mailTo(server.ctx, email)).at(-1) ?? failing())
    await server.request('POST', '/auth/verify-email', { body: { token: link } })
    return { ...person, email }
  }
  const failing = (): never => {
    throw new Error('no mail')
  }
  const newest = async (email: string) => (await mailTo(server.ctx, email)).at(-1) ?? failing()
  const hiddenIn = (text: string) =>
    Object.fromEntries(
      [...text.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)].map(([, name, value]) => [
        name ?? '',
        value ?? '',
      ]),
    )

  test('resets a forgotten password by the link', async () => {
    const { email } = await member('ana')
    const browser = testBrowser(server)
    expect((await browser.submit('/forgot-password', { email })).text).toContain('Check your email')
    const token = tokenIn(await newest(email))
    expect((await browser.get(`/reset?token=${token}`)).status).toBe(200)
    expect((await browser.submit(`/reset?token=${token}`, { password: 'short' })).status).toBe(422)
    expect((await browser.submit(`/reset?token=${token}`, { password: anew })).text).toContain(
      'Your password is set',
    )
    expect(await browser.submit('/sign-in', { username: 'ana', password: anew })).toMatchObject({
      status: 303,
    })
    expect((await browser.submit(`/reset?token=${token}`, { password: testPassword })).status).toBe(400)
  })

  test('signs in by the link, and by the code where it was asked for', async () => {
    const { email } = await member('bea')
    const browser = testBrowser(server)
    await browser.submit('/sign-in-by-email', { email })
    const token = tokenIn(await newest(email))
    expect((await browser.get(`/email-sign-in?token=${token}`)).status).toBe(200)
    expect(await browser.submit(`/email-sign-in?token=${token}`, {})).toMatchObject({ location: '/account' })

    const other = testBrowser(server)
    const sent = await other.submit('/sign-in-by-email', { email })
    const { values } = await newest(email)
    const code = 'code' in values ? (values.code ?? '') : ''
    const wrong = String((Number(code) + 1) % 1_000_000).padStart(6, '0')
    const again = await other.post('/email-sign-in', { ...hiddenIn(sent.text), code: wrong }, own)
    expect(again.status).toBe(400)
    const right = await other.post('/email-sign-in', { ...hiddenIn(again.text), code }, own)
    expect(right).toMatchObject({ status: 303, location: '/account' })
  })

  test('says the same whether or not an account has the address', async () => {
    const { email } = await member('cleo')
    for (const path of ['/forgot-password', '/sign-in-by-email']) {
      const texts = await Promise.all(
        [email, 'nobody@example.com'].map(async (address) => {
          const { status, text } = await testBrowser(server).submit(path, { email: address })
          return [status, text.replace(/value="[\w-]{43}"/g, 'value=""')]
        }),
      )
      expect(texts[0]).toEqual(texts[1])
    }
  })
})
