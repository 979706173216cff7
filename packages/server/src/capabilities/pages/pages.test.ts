import { beforeAll, describe, expect, test } from 'vitest'
import { type TestBrowser, testBrowser } from '../../testing/browser.ts'
import { describeEachDatabase } from '../../testing/databases.ts'
import { enrolApp } from '../../testing/factors.ts'
import { type TestServer, testPassword, testServer } from '../../testing/server.ts'
import { createAccount, updateUser } from '../accounts/index.ts'
import { listEvents } from '../audit/index.ts'
import { endSessionsOf, listSessions } from '../sessions/index.ts'

const system = { kind: 'system' } as const

describeEachDatabase('the pages', (open) => {
  let server: TestServer
  beforeAll(async () => {
    server = await testServer((await open()).db)
  })

  const signedIn = async (username: string): Promise<TestBrowser & { id: string }> => {
    const { id } = await server.member(username)
    const browser = testBrowser(server)
    const answer = await browser.submit('/sign-in', { username, password: testPassword })
    expect(answer).toMatchObject({ status: 303, location: '/account' })
    return { ...browser, id }
  }
  const sessions = async (userId: string) =>
    (await listSessions(server.ctx, userId, { limit: 50, cursor: undefined })).items

  describe('signing in and out', () => {
    test('signs up, is signed in, and signs out', async () => {
      const browser = testBrowser(server)
      const answer = await browser.submit('/sign-up', {
        username: 'nadia',
        email: '',
        password: testPassword,
      })
      expect(answer).toMatchObject({ status: 303, location: '/account' })
      expect((await browser.get('/account')).text).toContain('Signed in as nadia')
      const out = await browser.submit('/account', {}, '/sign-out')
      expect(out).toMatchObject({ status: 303, location: '/signed-out' })
      expect(await browser.get('/account')).toMatchObject({
        status: 303,
        location: '/sign-in?return_to=%2Faccount',
      })
    })

    test('keeps the session in a cookie that scripts and other sites cannot use', async () => {
      await server.member('olga')
      const browser = testBrowser(server)
      const { headers } = await browser.submit('/sign-in', { username: 'olga', password: testPassword })
      const cookie = headers.getSetCookie().find((each) => each.startsWith('__Host-gatehouse-session='))
      expect(cookie).toMatch(/; Path=\/; HttpOnly; Secure; SameSite=Lax$/)
      expect(cookie).not.toContain('Domain')
    })

    test('a wrong password brings the form back with the name, and without the password', async () => {
      await server.member('pia')
      const browser = testBrowser(server)
      const answer = await browser.submit('/sign-in', {
        username: 'pia',
        password: 'wrong-and-long-enough-9',
      })
      expect(answer.status).toBe(401)
      expect(answer.text).toContain('Wrong username or password.')
      expect(answer.text).toContain('value="pia"')
      expect(answer.text).not.toContain('wrong-and-long')
      expect(browser.cookies.has('__Host-gatehouse-session')).toBe(false)
    })

    test('a second sign-in in the same browser ends the session before it', async () => {
      const browser = await signedIn('quinn')
      const before = browser.cookies.get('__Host-gatehouse-session')
      const again = { username: 'quinn', password: testPassword }
      await browser.submit('/sign-in?again&return_to=%2Faccount%2Fsecurity', again, '/sign-in')
      expect(browser.cookies.get('__Host-gatehouse-session')).not.toBe(before)
      expect((await sessions(browser.id)).filter(({ transport }) => transport === 'page')).toHaveLength(1)
    })

    test('whoever is signed in already goes on', async () => {
      const browser = await signedIn('rosa')
      expect(await browser.get('/sign-in?return_to=/account/devices')).toMatchObject({
        location: '/account/devices',
      })
    })

    test('a session that was ended elsewhere, or whose user was disabled, is over in the browser', async () => {
      const [ended, disabled] = [await signedIn('sam'), await signedIn('tara')]
      await endSessionsOf(server.ctx, ended.id, 'ended_by_user')
      await updateUser(server.ctx, system, disabled.id, { disabled: true })
      for (const browser of [ended, disabled]) {
        expect((await browser.get('/account')).status).toBe(303)
        expect(browser.cookies.has('__Host-gatehouse-session')).toBe(false)
      }
    })

    test('the cookie’s token is worth nothing anywhere else', async () => {
      const browser = await signedIn('ugo')
      const token = browser.cookies.get('__Host-gatehouse-session') ?? ''
      const refresh = await server.request('POST', '/auth/refresh', { body: { refresh_token: token } })
      expect(refresh.status).toBe(401)
      expect((await server.request('GET', '/users/me', { token })).status).toBe(401)
      const cookie = `__Host-gatehouse-session=${token}`
      expect((await server.request('GET', '/users/me', { headers: { cookie } })).status).toBe(401)
      // and a refresh token is no page's session
      const { refreshToken } = await server.signIn('ugo')
      browser.cookies.set('__Host-gatehouse-session', refreshToken)
      expect((await browser.get('/account')).status).toBe(303)
      expect((await sessions(browser.id)).length).toBeGreaterThan(1)
    })
  })

  describe('a form is accepted only from a page that this browser was shown', () => {
    const fields = { username: 'vera', password: testPassword }
    const own = { 'sec-fetch-site': 'same-origin' }

    test.each([
      ['without its token', { token: undefined }, own],
      ['with an invented token', { token: 'A'.repeat(43) }, own],
      ['from another site', {}, { 'sec-fetch-site': 'cross-site' }],
      ['from another host of the same site', {}, { 'sec-fetch-site': 'same-site' }],
      ['typed into the address bar', {}, { 'sec-fetch-site': 'none' }],
      ['from another origin', {}, { origin: 'https://evil.example' }],
      ['from an opaque origin, in a browser that says no more', {}, { origin: 'null' }],
    ] as const)('%s: refused', async (_, given, headers) => {
      const browser = testBrowser(server)
      const { text } = await browser.get('/sign-in')
      const shown = /form_token" value="([^"]+)/.exec(text)?.[1] ?? ''
      const token = 'token' in given ? given.token : shown
      const form = token === undefined ? fields : { ...fields, form_token: token }
      const answer = await browser.post('/sign-in', form, headers)
      expect(answer.status).toBe(403)
      expect(answer.text).toContain('This form is out of date')
    })

    test('a browser that refuses cookies is told so', async () => {
      const answer = await testBrowser(server).post('/sign-in', { ...fields, form_token: 'x' }, own)
      expect(answer.status).toBe(403)
      expect(answer.text).toContain('Cookies are blocked')
    })

    test('a token of another browser, or from before the sign-in, is worth nothing', async () => {
      const [one, other] = [await signedIn('wim'), await signedIn('xenia')]
      const tokenOf = async (browser: TestBrowser) =>
        /form_token" value="([^"]+)/.exec((await browser.get('/account')).text)?.[1] ?? ''
      const stranger = testBrowser(server)
      const early = /form_token" value="([^"]+)/.exec((await stranger.get('/sign-in')).text)?.[1] ?? ''
      for (const token of [await tokenOf(other), early]) {
        expect((await one.post('/account', { form_token: token, display_name: 'x' }, own)).status).toBe(403)
      }
      expect(
        (await one.post('/account', { form_token: await tokenOf(one), display_name: 'x' }, own)).status,
      ).toBe(303)
    })

    test('a token of an API may not skip it', async () => {
      const { token } = await server.member('yann')
      const answer = await server.request('POST', '/account', {
        token,
        raw: 'display_name=x',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      })
      expect(answer.status).toBe(403)
    })
  })

  describe('after signing in, people go to a page of their account, and nowhere else', () => {
    test.each([
      'https://evil.example',
      '//evil.example',
      '/\\evil.example',
      '\\\\evil.example',
      '/account//evil.example',
      '/account/../../evil',
      '/account@evil.example',
      '/account.evil.example',
      'account',
      '/accountant',
      '/account\r\nSet-Cookie: x=1',
      '/account%0d%0aX: y',
      '/account/%2e%2e//evil.example',
      'javascript:alert(1)',
      'data:text/html,x',
      ' /account',
      '/account\u0000',
      '/account?x=//evil.example',
      '/account#//evil',
      `/account/${'a'.repeat(3000)}`,
    ])('%j', async (wanted) => {
      const browser = testBrowser(server)
      const answer = await browser.submit('/sign-up', {
        username: `r${Math.random().toString(36).slice(2, 12)}`,
        password: testPassword,
        return_to: wanted,
      })
      expect(answer).toMatchObject({ status: 303, location: '/account' })
      expect((await browser.get(`/sign-in?return_to=${encodeURIComponent(wanted)}`)).location).toBe(
        '/account',
      )
    })
  })

  describe('the account', () => {
    test('shows and saves the profile, and leaves alone what has no field', async () => {
      const browser = await signedIn('zoe')
      const { token } = await server.signIn('zoe')
      const picture = 'https://example.com/zoe.png'
      await server.request('PUT', '/users/me/profile', { token, body: { picture, data: { theme: 'dark' } } })
      const saved = await browser.submit('/account', { display_name: 'Zoë', bio: 'Hi', locale: 'de' })
      expect(saved).toMatchObject({ status: 303, location: '/account?done=saved' })
      expect((await server.request('GET', '/users/me/profile', { token })).body).toEqual({
        display_name: 'Zoë',
        bio: 'Hi',
        locale: 'de',
        picture,
        data: { theme: 'dark' },
      })
      const long = await browser.submit('/account', { display_name: 'x'.repeat(101) })
      expect(long.status).toBe(422)
      expect(long.text).toContain('aria-invalid="true"')
    })

    test('lists devices and ends one, or all others', async () => {
      const browser = await signedIn('abe')
      await server.signIn('abe')
      const [first] = (await sessions(browser.id)).filter(({ transport }) => transport === 'body')
      await browser.submit('/account/devices', { session: first?.id ?? '' })
      await browser.submit('/account/devices', {})
      expect((await sessions(browser.id)).map(({ transport }) => transport)).not.toContain(undefined)
      const other = await server.signIn('abe')
      const { text } = await browser.get('/account/devices')
      const token = /form_token" value="([^"]+)/.exec(text)?.[1] ?? ''
      await browser.post('/account/devices', { form_token: token }, { 'sec-fetch-site': 'same-origin' })
      expect((await server.request('GET', '/users/me', { token: other.token })).status).toBe(401)
      expect((await browser.get('/account')).status).toBe(200)
    })

    test('somebody else’s session cannot be ended there', async () => {
      const [browser, other] = [await signedIn('bea'), await signedIn('cleo')]
      const [session] = await sessions(other.id)
      const { text } = await browser.get('/account/devices')
      const token = /form_token" value="([^"]+)/.exec(text)?.[1] ?? ''
      const fields = { form_token: token, session: session?.id ?? '' }
      expect(
        (await browser.post('/account/devices', fields, { 'sec-fetch-site': 'same-origin' })).status,
      ).toBe(404)
      expect((await other.get('/account')).status).toBe(200)
    })

    test('changes the password with the current one, and ends the other sessions', async () => {
      const browser = await signedIn('dora')
      const { token } = await server.signIn('dora')
      const at = ['/account/security', '/account/security/password'] as const
      const password = 'another-lantern-boat-77'
      const wrong = await browser.submit(at[0], { current_password: 'wrong-one-entirely', password }, at[1])
      expect(wrong.status).toBe(422)
      const right = await browser.submit(at[0], { current_password: testPassword, password }, at[1])
      expect(right.location).toBe('/account/security?done=password')
      expect((await server.request('GET', '/users/me', { token })).status).toBe(401)
      expect((await browser.get('/account')).status).toBe(200)
    })

    test('asks for another sign-in after ten minutes, before anything about signing in changes', async () => {
      const browser = await signedIn('eli')
      server.ctx.clock.advance(11 * 60_000)
      const { text } = await browser.get('/account/security')
      expect(text).toContain('Confirm it’s you')
      expect(text).not.toContain('current_password')
      const username = 'eli'
      const at = '/sign-in?again&return_to=%2Faccount%2Fsecurity'
      const again = await browser.submit(at, { username, password: testPassword }, '/sign-in')
      expect(again.location).toBe('/account/security')
      expect((await browser.get('/account/security')).text).toContain('current_password')
    })

    test('is deleted once its name was typed', async () => {
      const browser = await signedIn('finn')
      const at = ['/account/data', '/account/data/delete'] as const
      expect((await browser.submit(at[0], { confirm: 'fin' }, at[1])).status).toBe(422)
      expect((await browser.submit(at[0], { confirm: 'finn' }, at[1])).location).toBe('/deleted')
      expect((await browser.get('/deleted')).status).toBe(200)
      const { items } = await listEvents(
        server.ctx,
        { limit: 1 },
        { target: browser.id, action: 'user.deleted' },
      )
      expect(items).toHaveLength(1)
    })
  })

  test('escapes markup, whichever field or parameter it comes in', async () => {
    const markup = '"><img src=x onerror=alert(1)>\'<script>'
    const browser = await signedIn('gus')
    const stranger = testBrowser(server)
    const answers = [
      await stranger.submit('/sign-in', { username: markup, password: markup, return_to: markup }),
      await stranger.submit('/sign-up', {
        username: markup,
        email: markup,
        password: markup,
        return_to: markup,
      }),
      await stranger.get(
        `/sign-in?return_to=${encodeURIComponent(markup)}&again=${encodeURIComponent(markup)}`,
      ),
      await browser.submit('/account', {
        display_name: markup + 'x'.repeat(100),
        bio: markup,
        locale: markup,
      }),
      await browser.get(`/account?done=${encodeURIComponent(markup)}`),
      await browser.submit('/account/security', { email: markup }, '/account/security/email'),
      await browser.submit('/account/data', { confirm: markup }, '/account/data/delete'),
      await browser.get(`/account/devices?cursor=${encodeURIComponent(markup)}`),
    ]
    await browser.submit('/account', { display_name: markup, bio: markup })
    answers.push(await browser.get('/account'))
    for (const { text, status } of answers) {
      expect(status).toBeLessThan(500)
      expect(text).not.toMatch(/<img|<script|onerror=alert\(1\)>/)
    }
  })

  test('nothing runs, frames or loads that is not ours, and no cache keeps a page', async () => {
    const browser = await signedIn('hana')
    for (const path of [
      '/sign-in',
      '/sign-up',
      '/signed-out',
      '/account',
      '/account/nowhere',
      '/account/devices?limit=x',
    ]) {
      const { headers, text } = await browser.get(path)
      expect(headers.get('cache-control')).toBe('no-store')
      if (!text.startsWith('<!doctype')) continue
      expect(headers.get('content-security-policy')).toContain("default-src 'none'")
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
      expect(headers.get('content-security-policy')).not.toContain('unsafe')
      expect(text).not.toMatch(/<script|style=|<style| on\w+=|https?:\/\//)
    }
  })
})

describeEachDatabase('a sign-in on a page that lacks a step', (open) => {
  test('goes on with a new password where that is demanded, to where the person was going', async () => {
    const server = await testServer((await open()).db)
    await createAccount(server.ctx, system, {
      username: 'ana',
      password: testPassword,
      mustChangePassword: true,
    })
    const browser = testBrowser(server)
    const at = '/sign-in?return_to=/account/devices'
    const asked = await browser.submit(at, { username: 'ana', password: testPassword })
    expect(asked.status).toBe(200)
    expect(asked.text).toContain('Choose a new password')
    expect(browser.cookies.has('__Host-gatehouse-session')).toBe(false)
    const hidden = [...asked.text.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)]
    const kept = Object.fromEntries(hidden.map(([, name, value]) => [name ?? '', value ?? '']))
    const own = { 'sec-fetch-site': 'same-origin' }
    const change = (password: string) => browser.post('/change-password', { ...kept, password }, own)
    const weak = await change('aaaaaaaaaaaaaaaaaaaaaa')
    expect(weak.status).toBe(422)
    expect(weak.text).toContain('too easy to guess')
    expect(await change('velvet-harbor-lantern-3')).toMatchObject({
      status: 303,
      location: '/account/devices',
    })
    expect((await browser.get('/account')).status).toBe(200)
    expect((await change('copper-meadow-umbrella-8')).status).toBe(403)
  })

  test('asks for the code of an app where the account has one, and takes a recovery code instead', async () => {
    const server = await testServer((await open()).db)
    const { token } = await server.member('ana')
    const { app, recoveryCodes } = await enrolApp(server, token)
    const own = { 'sec-fetch-site': 'same-origin' }
    for (const proof of [{ totp: app.code() }, { recovery_code: recoveryCodes[0] ?? '' }]) {
      const browser = testBrowser(server)
      const at = '/sign-in?return_to=/account/devices'
      const asked = await browser.submit(at, { username: 'ana', password: testPassword })
      expect(asked.status).toBe(200)
      expect(asked.text).toContain('autocomplete="one-time-code"')
      expect(browser.cookies.has('__Host-gatehouse-session')).toBe(false)
      const hidden = [...asked.text.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)]
      const kept = Object.fromEntries(hidden.map(([, name, value]) => [name ?? '', value ?? '']))
      const wrong = await browser.post('/factor', { ...kept, totp: app.code(40) }, own)
      expect(wrong.status).toBe(401)
      expect(wrong.text).toContain('The code is wrong')
      expect(await browser.post('/factor', { ...kept, ...proof }, own)).toMatchObject({
        status: 303,
        location: '/account/devices',
      })
      expect((await browser.get('/account')).status).toBe(200)
    }
  })
})
