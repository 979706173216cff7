import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, describe, inject } from 'vitest'
import { migrations } from '../capabilities.ts'
import type { DatabaseConfig } from '../platform/db/database-config.ts'
import type { DialectName } from '../platform/db/dialect.ts'
import type { Executor } from '../platform/db/executor.ts'
import { migrate } from '../platform/db/migrate.ts'
import { openDatabase } from '../platform/db/open.ts'
import type {} from './global-setup.ts'

/** A fresh, migrated database for one test. */
export interface TestDatabase {
  readonly dialect: DialectName
  readonly config: DatabaseConfig
  readonly db: Executor
  /** The PostgreSQL driver's pool; undefined on SQLite. */
  readonly pool: pg.Pool | undefined
  /** Another connection to the same database, as another instance would have. */
  connect(): Promise<Executor>
}

/**
 * Runs a suite on SQLite and on PostgreSQL. `open` returns a fresh database each time; all are removed at the end.
 *
 * @example
 * describeEachDatabase('sessions', (open) => {
 *   it('end', async () => { const { db } = await open() })
 * })
 */
export function describeEachDatabase(
  title: string,
  suite: (open: () => Promise<TestDatabase>, dialect: DialectName) => void,
): void {
  for (const dialect of ['sqlite', 'postgres'] as const) {
    describe(`${title} (${dialect})`, () => {
      const cleanups: (() => Promise<void>)[] = []
      afterAll(async () => {
        for (const clean of cleanups.reverse()) await clean()
      })
      suite(() => openTestDatabase(dialect, (clean) => cleanups.push(clean)), dialect)
    })
  }
}

async function openTestDatabase(
  dialect: DialectName,
  onEnd: (clean: () => Promise<void>) => void,
): Promise<TestDatabase> {
  const config = dialect === 'sqlite' ? sqliteFile(onEnd) : await postgresDatabase(onEnd)
  const open = async (): Promise<Awaited<ReturnType<typeof openDatabase>>> => {
    const opened = await openDatabase(config)
    onEnd(() => opened.close())
    return opened
  }
  const { db, pool } = await open()
  await migrate(db, migrations, 0)
  return { dialect, config, db, pool, connect: async () => (await open()).db }
}

function sqliteFile(onEnd: (clean: () => Promise<void>) => void): DatabaseConfig {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-test-'))
  onEnd(async () => rmSync(folder, { recursive: true, force: true }))
  return { kind: 'sqlite', path: join(folder, 'test.db') }
}

async function postgresDatabase(onEnd: (clean: () => Promise<void>) => void): Promise<DatabaseConfig> {
  return { kind: 'postgres', url: await newPostgresDatabase(inject('postgresUrl'), onEnd), poolSize: 10 }
}

/** Creates an empty database on a PostgreSQL server and returns its URL; it is dropped at the end. */
export async function newPostgresDatabase(
  serverUrl: string,
  onEnd: (clean: () => Promise<void>) => void,
): Promise<string> {
  const url = new URL(serverUrl)
  const name = `gatehouse_test_${randomBytes(6).toString('hex')}`
  await administer(url, `create database ${name}`)
  onEnd(() => administer(url, `drop database ${name} with (force)`))
  const own = new URL(url)
  own.pathname = `/${name}`
  return own.href
}

/** `name` consists of our own hexadecimal digits: `create database` takes no parameters. */
async function administer(url: URL, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url.href })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
