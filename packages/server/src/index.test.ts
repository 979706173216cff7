import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { afterAll, describe, expect, it } from 'vitest'
import { ConfigError, createGatehouse } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-embedded-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const settings = { GATEHOUSE_DATA_DIR: folder, LOG_LEVEL: 'silent' }
const signUp = (username: string): RequestInit => ({
  method: 'POST',
  body: JSON.stringify({ username, password: 'winterfell-blue-otter-92' }),
  headers: { 'Content-Type': 'application/json' },
})

describe('an embedded Gatehouse', () => {
  it('answers inside another Hono application, on its own server, and knows who calls', async () => {
    const gatehouse = await createGatehouse(settings)
    const host = new Hono()
    host.get('/own', (c) => c.text('mine'))
    host.mount('/', gatehouse.fetch)
    const listener = getRequestListener(host.fetch)
    const server = createServer((request, response) => void listener(request, response)).listen(
      0,
      '127.0.0.1',
    )
    await new Promise((resolve) => server.once('listening', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    expect(await (await fetch(`${url}/own`)).text()).toBe('mine')
    const { token, user } = (await (await fetch(`${url}/auth/sign-up`, signUp('ana'))).json()) as {
      token: string
      user: { id: string }
    }
    const headers = { Authorization: `Bearer ${token}` }
    const me = await fetch(`${url}/users/me`, { headers })
    expect(await me.json()).toMatchObject({ id: user.id, username: 'ana' })
    const sessions = await fetch(`${url}/users/me/sessions`, { headers })
    expect(await sessions.json()).toMatchObject([{ address: '127.0.0.1' }])
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    await gatehouse.close()
  })

  it('leaves signals alone', async () => {
    const signals = ['SIGINT', 'SIGTERM', 'uncaughtException', 'unhandledRejection'] as const
    const before = signals.map((signal) => process.listenerCount(signal))
    const gatehouse = await createGatehouse(settings)
    expect(signals.map((signal) => process.listenerCount(signal))).toEqual(before)
    await gatehouse.close()
  })

  it('names every setting that is wrong', async () => {
    await expect(createGatehouse({ PORT: 'x', TRUST_PROXY: 'y' })).rejects.toThrow(ConfigError)
    await expect(createGatehouse({ PORT: 'x', TRUST_PROXY: 'y' })).rejects.toThrow(/PORT[\s\S]*TRUST_PROXY/)
  })

  it('names every setting that it does not know', async () => {
    await expect(createGatehouse({ GATEHOUSE_ISSUR: 'https://a.test', TRUST_PROXI: '1' })).rejects.toThrow(
      /GATEHOUSE_ISSUR: .*Did you mean GATEHOUSE_ISSUER\?[\s\S]*TRUST_PROXI: .*Did you mean TRUST_PROXY\?/,
    )
  })
})
