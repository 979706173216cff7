// Keeps a database of each kind as the current version makes it, for the test that upgrades every released version:
// `node packages/server/src/testing/keep-database.ts VERSION`, once for each release. Needs `pg_dump`, and a PostgreSQL at DATABASE_URL.
import { execFile } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { promisify } from 'node:util'
import pg from 'pg'
import { createAccount, updateUser } from '../capabilities/accounts/index.ts'
import { putRole } from '../capabilities/roles/index.ts'
import { startGatehouse } from '../main.ts'
import { readConfig } from '../read-config.ts'
import { type KeptDatabase, keptFolder, keptPassword, keptSecret } from './kept-databases/index.ts'

const [name] = process.argv.slice(2)
if (name === undefined || !/^\d+\.\d+\.\d+[\w.-]*$/.test(name))
  throw new Error('Usage: keep-database.ts VERSION')
const serverUrl = process.env['DATABASE_URL']
if (serverUrl === undefined)
  throw new Error('Set DATABASE_URL to a PostgreSQL in which a database may be made.')

const target = join(keptFolder, name)
await mkdir(target, { recursive: true })
const settings = {
  PORT: '0',
  LOG_LEVEL: 'warn',
  GATEHOUSE_ISSUER: 'http://localhost:3000',
  GATEHOUSE_SECRET: keptSecret,
}
await keepSqlite()
await keepPostgres(serverUrl)

async function keepSqlite(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-keep-'))
  const contents = await fill({ ...settings, GATEHOUSE_DATA_DIR: folder })
  const db = new DatabaseSync(join(folder, 'gatehouse.db'))
  db.exec('pragma journal_mode = delete')
  db.exec(`vacuum into '${join(folder, 'kept.db')}'`)
  db.close()
  await copyFile(join(folder, 'kept.db'), join(target, 'sqlite.db'))
  await writeFile(join(target, 'sqlite.json'), `${JSON.stringify(contents, null, 2)}\n`)
  await rm(folder, { recursive: true })
}

async function keepPostgres(serverUrl: string): Promise<void> {
  const database = `gatehouse_keep_${process.pid}`
  const client = new pg.Client({ connectionString: serverUrl })
  await client.connect()
  await client.query(`create database ${database}`)
  try {
    const url = new URL(serverUrl)
    url.pathname = `/${database}`
    const contents = await fill({ ...settings, DATABASE_URL: url.href })
    const { stdout } = await promisify(execFile)('pg_dump', [
      '--inserts',
      '--no-owner',
      '--no-privileges',
      '--schema=public',
      url.href,
    ])
    // what only psql understands, what only newer servers know, and the search path that it leaves empty
    const sql = stdout
      .split('\n')
      .filter(
        (line) => !/^(\\|--|SET |SELECT pg_catalog\.set_config|CREATE SCHEMA|COMMENT ON SCHEMA)/.test(line),
      )
      .join('\n')
      .replaceAll(/\n{2,}/g, '\n')
    await writeFile(join(target, 'postgres.sql'), sql.trimStart())
    await writeFile(join(target, 'postgres.json'), `${JSON.stringify(contents, null, 2)}\n`)
  } finally {
    await client.query(`drop database ${database} with (force)`)
    await client.end()
  }
}

interface SignedIn {
  readonly token: string
  readonly refresh_token: string
  readonly user: { readonly id: string }
}

/** Creates users of every kind, signed in over HTTP; returns what a test needs to know about them. */
async function fill(environment: Record<string, string>): Promise<KeptDatabase> {
  const server = await startGatehouse(readConfig(environment))
  const system = { kind: 'system' } as const
  try {
    const { ctx, url } = server
    await putRole(ctx, system, 'editor', ['posts:write'])
    await createAccount(ctx, system, { username: 'ana', password: keptPassword, roles: ['admin', 'member'] })
    await createAccount(ctx, system, { username: 'ben', password: keptPassword, roles: ['editor'] })
    const { id } = await createAccount(ctx, system, { username: 'dora', password: keptPassword })
    await updateUser(ctx, system, id, { disabled: true })

    const call = async (method: string, path: string, body?: object, token?: string): Promise<SignedIn> => {
      const response = await fetch(`${url}${path}`, {
        method,
        headers: {
          'content-type': 'application/json',
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
      return (response.status === 204 ? {} : await response.json()) as SignedIn
    }
    const cyd = await call('POST', '/auth/sign-up', {
      username: 'cyd',
      password: keptPassword,
      email: 'cyd@example.com',
    })
    const profile = { display_name: 'Cyd', bio: 'Made before an upgrade.', data: { theme: 'dark' } }
    await call('PUT', `/users/${cyd.user.id}/profile`, profile, cyd.token)
    const gone = await call('POST', '/auth/sign-in', { username: 'ben', password: keptPassword })
    await call('POST', '/auth/sign-out', undefined, gone.token)
    const ana = await call('POST', '/auth/sign-in', { username: 'ana', password: keptPassword })
    const refreshed = await call('POST', '/auth/refresh', { refresh_token: ana.refresh_token })
    return {
      made_at: Date.now(),
      access_token: refreshed.token,
      refresh_token: refreshed.refresh_token,
      signed_out_token: gone.token,
      signed_out_refresh_token: gone.refresh_token,
      users: { ana: ana.user.id, ben: gone.user.id, cyd: cyd.user.id, dora: id },
    }
  } finally {
    await server.close()
  }
}
