import { expect, it } from 'vitest'
import { createApp } from '../../app.ts'
import { testContext } from '../../testing/context.ts'
import { describeEachDatabase } from '../../testing/databases.ts'
import { ensureKeys } from '../keys/index.ts'
import { ensureRoles } from '../roles/index.ts'

const secret = 'a secret of the api: 32 characters or more'
const basic = (name: string, password: string) =>
  `Basic ${Buffer.from(`${encodeURIComponent(name)}:${encodeURIComponent(password)}`).toString('base64')}`

describeEachDatabase('asking about tokens, and ending them', (open) => {
  async function start() {
    const { db } = await open()
    const ctx = testContext(db, {
      config: { audiences: ['api', 'other'] },
      settings: { GATEHOUSE_CLIENT_SECRETS: `api:${secret},other:${secret}` },
    })
    await ensureRoles(ctx)
    await ensureKeys(ctx)
    const app = await createApp(ctx, { manifest: false })
    const form = (path: string, fields: Record<string, string> | string, authorization?: string) =>
      app.request(path, {
        method: 'POST',
        body: new URLSearchParams(fields).toString(),
        headers: {
          'Content-Type': 'application/x-www-form-urlencoded',
          ...(authorization === undefined ? {} : { authorization }),
        },
      })
    const signUp = async (
      username: string,
      audience?: string,
    ): Promise<{ token: string; refresh_token: string }> => {
      const body = JSON.stringify({
        username,
        password: 'winterfell-blue-otter-92',
        ...(audience === undefined ? {} : { audience }),
      })
      const answer = await app.request('/auth/sign-up', {
        method: 'POST',
        body,
        headers: { 'Content-Type': 'application/json' },
      })
      return JSON.parse(await answer.text())
    }
    const introspect = async (token: string, client = 'api') =>
      JSON.parse(await (await form('/oauth/introspect', { token }, basic(client, secret))).text())
    return { form, signUp, introspect }
  }

  it('tells an API of a good token what it says, and of any other nothing', async () => {
    const { introspect, signUp } = await start()
    const { token, refresh_token } = await signUp('ana')
    expect(await introspect(token)).toMatchObject({
      active: true,
      token_type: 'Bearer',
      username: 'ana',
      iss: 'http://localhost:3000',
    })
    for (const other of [`${token}x`, 'x', refresh_token])
      expect(await introspect(other)).toEqual({ active: false })
    const { token: forOne } = await signUp('ben', 'other')
    expect(await introspect(forOne, 'other')).toMatchObject({ active: true })
    expect(await introspect(forOne, 'api')).toEqual({ active: false })
  })

  it('answers nobody who is not a known API', async () => {
    const { form, signUp } = await start()
    const { token } = await signUp('ana')
    for (const authorization of [
      undefined,
      `Bearer ${token}`,
      basic('api', `${secret}!`),
      basic('nobody', secret),
      basic('nobody', ''),
      'Basic %%%',
      'Basic JSU6JSU=',
    ]) {
      const answer = await form('/oauth/introspect', { token }, authorization)
      expect(answer.status).toBe(401)
      expect(answer.headers.get('WWW-Authenticate')).toContain('Basic')
    }
  })

  it('ends the session of a refresh token, with its access tokens', async () => {
    const { form, signUp, introspect } = await start()
    const { token, refresh_token } = await signUp('ana')
    expect(
      (await form('/oauth/revoke', { token: refresh_token, token_type_hint: 'refresh_token' })).status,
    ).toBe(200)
    expect(await introspect(token)).toEqual({ active: false })
    expect((await form('/oauth/revoke', { token: refresh_token })).status).toBe(200)
  })

  it('ends the session of an access token that is for this server too, and no other', async () => {
    const { form, signUp, introspect } = await start()
    const [ana, ben] = [await signUp('ana'), await signUp('ben', 'api')]
    for (const { token } of [ana, ben]) expect((await form('/oauth/revoke', { token })).status).toBe(200)
    expect(await introspect(ana.token)).toEqual({ active: false })
    expect(await introspect(ben.token)).toMatchObject({ active: true })
    expect((await form('/oauth/revoke', { token: 'unknown' })).status).toBe(200)
  })

  it('wants exactly one token', async () => {
    const { form } = await start()
    for (const fields of ['', 'token=', 'token=a&token=b']) {
      expect((await form('/oauth/introspect', fields, basic('api', secret))).status).toBe(400)
      expect((await form('/oauth/revoke', fields)).status).toBe(400)
    }
  })
})
