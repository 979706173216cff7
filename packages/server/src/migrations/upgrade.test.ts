import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, describe, expect, inject, test } from 'vitest'
import { type RunningGatehouse, startGatehouse } from '../main.ts'
import { readConfig } from '../read-config.ts'
import { testClock } from '../testing/context.ts'
import { newPostgresDatabase } from '../testing/databases.ts'
import {
  type KeptDatabase,
  keptFolder,
  keptPassword,
  keptSecret,
  keptVersions,
} from '../testing/kept-databases/index.ts'

const cleanups: (() => Promise<void> | void)[] = []
afterAll(async () => {
  for (const clean of cleanups.reverse()) await clean()
})

/** A copy of a kept database, and the settings that lead to it. */
async function restore(version: string, kind: 'sqlite' | 'postgres'): Promise<Record<string, string>> {
  if (kind === 'sqlite') {
    const folder = mkdtempSync(join(tmpdir(), 'gatehouse-upgrade-'))
    cleanups.push(() => rmSync(folder, { recursive: true }))
    copyFileSync(join(keptFolder, version, 'sqlite.db'), join(folder, 'gatehouse.db'))
    return { GATEHOUSE_DATA_DIR: folder }
  }
  const url = await newPostgresDatabase(inject('postgresUrl'), (clean) => cleanups.push(clean))
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(readFileSync(join(keptFolder, version, 'postgres.sql'), 'utf8'))
  await client.end()
  return { DATABASE_URL: url }
}

const contentsOf = (version: string, kind: string): KeptDatabase =>
  JSON.parse(readFileSync(join(keptFolder, version, `${kind}.json`), 'utf8'))

test('a database of every released version is kept', () => {
  expect(keptVersions).toContain('0.1.0')
})

describe.each(keptVersions)('a database made by %s', (version) => {
  describe.each(['sqlite', 'postgres'] as const)('%s', (kind) => {
    const kept = contentsOf(version, kind)
    const clock = testClock(kept.made_at + 60_000)
    let server: RunningGatehouse

    async function call(method: string, path: string, options: { body?: object; token?: string } = {}) {
      const { body, token } = options
      const response = await fetch(`${server.url}${path}`, {
        method,
        headers: {
          'content-type': 'application/json',
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      const text = await response.text()
      return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
    }
    const signIn = (username: string, more: object = {}) =>
      call('POST', '/auth/sign-in', { body: { username, password: keptPassword, ...more } })

    test('is upgraded when the server starts, twice without harm', async () => {
      const settings = {
        PORT: '0',
        LOG_LEVEL: 'silent',
        GATEHOUSE_ISSUER: 'http://localhost:3000',
        GATEHOUSE_SECRET: keptSecret,
        GATEHOUSE_HASH_WORKERS: '1',
        ...(await restore(version, kind)),
      }
      const first = await startGatehouse(readConfig(settings), { clock })
      await first.close()
      server = await startGatehouse(readConfig(settings), { clock })
      cleanups.push(() => server.close())
      expect((await call('GET', '/readyz')).status).toBe(200)
    })

    test('signs everyone in with the passwords that they have, and nobody who was disabled', async () => {
      for (const username of ['ana', 'ben', 'cyd'] as const) {
        const { status, body } = await signIn(username)
        expect([username, status, body.user.id]).toEqual([username, 200, kept.users[username]])
      }
      expect((await signIn('dora')).status).toBe(403)
    })

    test('keeps roles and power', async () => {
      const { body } = await signIn('ana', { audience: 'http://localhost:3000' })
      const roles = await call('GET', '/roles', { token: body.token })
      expect(roles.status).toBe(200)
      expect(roles.body).toContainEqual(expect.objectContaining({ permissions: ['posts:write'] }))
      const ben = await call('GET', `/users/${kept.users.ben}`, { token: body.token })
      expect(ben.body).toMatchObject({ username: 'ben', roles: ['editor'] })
    })

    test('keeps profiles and unverified addresses', async () => {
      const { body } = await signIn('cyd')
      expect(body.user).toMatchObject({ email: 'cyd@example.com', email_verified: false, roles: ['member'] })
      const profile = await call('GET', '/users/me/profile', { token: body.token })
      expect(profile.body).toMatchObject({ display_name: 'Cyd', data: { theme: 'dark' } })
    })

    test('keeps sessions: access tokens and refresh tokens go on, and what was ended stays ended', async () => {
      expect((await call('GET', '/users/me', { token: kept.access_token })).body.username).toBe('ana')
      expect((await call('GET', '/users/me', { token: kept.signed_out_token })).status).toBe(401)
      const refreshed = await call('POST', '/auth/refresh', { body: { refresh_token: kept.refresh_token } })
      expect(refreshed.status).toBe(200)
      expect((await call('GET', '/users/me', { token: refreshed.body.token })).status).toBe(200)
      const over = { body: { refresh_token: kept.signed_out_refresh_token } }
      expect((await call('POST', '/auth/refresh', over)).status).toBe(401)
    })

    test('takes new accounts', async () => {
      const body = { username: 'eve', password: keptPassword }
      expect((await call('POST', '/auth/sign-up', { body })).status).toBe(201)
    })
  })
})
