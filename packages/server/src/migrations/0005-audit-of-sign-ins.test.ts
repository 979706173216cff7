import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, expect, inject, test } from 'vitest'
import { listEvents, noteFailure, record, writeFailures } from '../capabilities/audit/index.ts'
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

test.each([
  ['SQLite', sqlite],
  ['PostgreSQL', postgres],
])('an audit trail from before sign-ins were in it goes on, on %s', async (_, configure) => {
  const { db, close } = await openDatabase(await configure())
  cleanups.push(close)
  await migrate(
    db,
    migrations.filter(({ name }) => name < '0005'),
    0,
  )
  await sql`insert into audit_events (id, at, actor, action, target, detail)
    values ('0', 1000, 'system', 'user.created', 'ana', '{"roles":["member"]}')`.execute(db)
  expect(await migrate(db, migrations, 0)).toContain('0005-audit-of-sign-ins')

  const ctx = testContext(db)
  await record(ctx, { actor: { kind: 'system' }, action: 'user.deleted', target: 'ana' })
  noteFailure(ctx, { action: 'sign_in.failed', userId: undefined, reason: 'wrong_credentials' })
  await writeFailures(ctx)
  const { items } = await listEvents(ctx, { limit: 10 })
  expect(items.map(({ action }) => action).sort()).toEqual(['sign_in.failed', 'user.created', 'user.deleted'])
  expect(items.at(-1)).toMatchObject({
    at: 1000,
    lastAt: 1000,
    address: null,
    userAgent: null,
    count: 1,
    detail: { roles: ['member'] },
  })
})
