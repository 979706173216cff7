import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, expect, inject, test } from 'vitest'
import { openSession } from '../capabilities/sessions/index.ts'
import { migrations } from '../capabilities.ts'
import { migrate } from '../platform/db/migrate.ts'
import { openDatabase } from '../platform/db/open.ts'
import { testContext } from '../testing/context.ts'
import { newPostgresDatabase } from '../testing/databases.ts'

const cleanups: (() => Promise<void>)[] = []
afterAll(async () => {
  for (const clean of cleanups.reverse()) await clean()
})

const sqlite = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-upgrade-'))
  cleanups.push(async () => rmSync(folder, { recursive: true, force: true }))
  return { kind: 'sqlite', path: join(folder, 'old.db') } as const
}
const postgres = async () => {
  const url = await newPostgresDatabase(inject('postgresUrl'), (clean) => cleanups.push(clean))
  return { kind: 'postgres', url, poolSize: 2 } as const
}

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0'

test.each([
  ['SQLite', sqlite],
  ['PostgreSQL', postgres],
])('a device that signed in before the upgrade is still known, on %s', async (_, configure) => {
  const { db, close } = await openDatabase(await configure())
  cleanups.push(close)
  await migrate(
    db,
    migrations.filter(({ name }) => name < '0007'),
    0,
  )
  const ctx = testContext(db)
  const userId = '019a0000-0000-7000-8000-000000000001'
  await sql`insert into users (id, username, username_folded, username_key, created_at, updated_at)
    values (${userId}, 'ana', 'ana', 'ana', 0, 0)`.execute(db)
  const device = JSON.stringify({ browser: 'Firefox 130', os: 'Linux', type: 'desktop', model: null })
  for (const id of ['0', '1']) {
    await sql`insert into sessions (id, user_id, audience, acr, amr, auth_time, method, transport, device, address, network,
      created_at, last_seen_at, expires_at) values (${id}, ${userId}, '[]', 'pwd', '[]', 0, 'password', 'body', ${device},
      '192.0.2.1', '192.0.2.1', 0, 0, 0)`.execute(db)
  }
  await migrate(db, migrations, 0)
  const isNewDevice = async (address: string, userAgent: string) =>
    (
      await openSession(ctx, {
        userId,
        audience: ['api'],
        acr: 'pwd',
        amr: ['pwd'],
        method: 'password',
        address,
        userAgent,
      })
    ).isNewDevice
  expect(await isNewDevice('192.0.2.1', firefox)).toBe(false)
  expect(await isNewDevice('192.0.2.2', firefox)).toBe(true)
  expect(await isNewDevice('192.0.2.1', 'curl/8.1')).toBe(true)
  expect(await isNewDevice('192.0.2.1', 'curl/8.2')).toBe(false)
})
