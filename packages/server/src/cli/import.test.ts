import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, inject, test } from 'vitest'
import type { Executor } from '../platform/db/executor.ts'
import { openDatabase } from '../platform/db/open.ts'
import { gatehouse } from '../testing/command-line.ts'
import { newPostgresDatabase } from '../testing/databases.ts'

const main = fileURLToPath(new URL('./main.ts', import.meta.url))
const cleanups: (() => void | Promise<void>)[] = []
afterAll(async () => {
  for (const clean of cleanups.reverse()) await clean()
})

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-import-'))
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

async function onSqlite() {
  const folder = newFolder()
  const config = { kind: 'sqlite', path: join(folder, 'gatehouse.db') } as const
  return { environment: { GATEHOUSE_DATA_DIR: folder }, config }
}

async function onPostgres() {
  const url = await newPostgresDatabase(inject('postgresUrl'), (clean) => cleanups.push(clean))
  const environment = { DATABASE_URL: url, GATEHOUSE_SECRET: 'a secret for a test that no one else uses' }
  return { environment, config: { kind: 'postgres', url, poolSize: 2 } as const }
}

const count = async (db: Executor, what: 'users' | 'credentials' | 'imported_users' | 'user_roles') =>
  Number(
    (
      await db
        .selectFrom(what)
        .select((eb) => eb.fn.countAll().as('n'))
        .executeTakeFirstOrThrow()
    ).n,
  )

describe.each([
  ['SQLite', onSqlite],
  ['PostgreSQL', onPostgres],
])('`gatehouse import` on %s', (_, configure) => {
  test('prints what came of it, as JSON or text, and exits with 1 where something was refused', async () => {
    const { environment } = await configure()
    await gatehouse(['migrate'], environment)
    const folder = newFolder()
    const [path, report] = [join(folder, 'users.csv'), join(folder, 'refused.ndjson')]
    writeFileSync(path, 'id,username,password\n1,ana,\n2,b,\n3,cyd,md5$x$y\n')
    const dry = await gatehouse(['import', path, '--dry-run', '--report', report], environment)
    expect(JSON.parse(dry.stdout)).toMatchObject({ dry_run: true, imported: 1, refused: 2 })
    expect([dry.code, dry.stderr]).toEqual([1, ''])

    const shown: string[] = []
    const terminal = { interactive: true, status: (line: string) => void shown.push(line) }
    const ran = await gatehouse(['import', path, '--report', report], environment, '', terminal)
    expect(ran.stdout).toBe(
      [
        'Imported: 1. Here already: 0. Refused: 2.',
        '  line 3, username: A username has at least 3 characters.',
        '  line 4, password: Password hashes of md5 are not supported.',
        '',
      ].join('\n'),
    )
    expect(shown.at(0)).toMatch(/^\[#{24}\] 100 % {2}\d+\/s/)
    expect(shown.at(-1)).toBe('')
    expect(
      readFileSync(report, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).line),
    ).toEqual([3, 4])
    expect(statSync(report).mode & 0o077).toBe(0)

    const again = await gatehouse(['import', path], environment)
    expect(JSON.parse(again.stdout)).toMatchObject({ was_finished: true, imported: 1, refused: 2 })
    const other = await gatehouse(['import', path, '--rename'], environment)
    expect([other.code, other.stdout]).toEqual([1, ''])
    expect(other.stderr).toContain('--restart')
    expect((await gatehouse(['import', path, '--from', 'nobody'], environment)).code).toBe(2)
    expect((await gatehouse(['import', path, '--map-role', 'x'], environment)).code).toBe(2)
    expect((await gatehouse(['import', join(folder, 'no.json')], environment)).code).toBe(1)
  })

  test('goes on after SIGKILL, and everything is there once', async () => {
    const { environment, config } = await configure()
    await gatehouse(['migrate'], environment)
    const path = join(newFolder(), 'users.ndjson')
    const hash = `$2b$10$${'a'.repeat(53)}`
    const rows = Array.from({ length: 20_000 }, (_, i) =>
      JSON.stringify({ id: i, username: i % 1000 === 999 ? '?' : `user-${i}`, name: 'x', password: hash }),
    )
    writeFileSync(path, rows.join('\n'))
    const { db, close } = await openDatabase(config)
    cleanups.push(close)
    const position = async () =>
      Number((await db.selectFrom('imports').select('position').executeTakeFirst())?.position ?? 0)

    let kills = 0
    for (const from of [1, 6_000, 12_000]) {
      const child = spawn(process.execPath, [main, 'import', path], {
        env: { PATH: process.env['PATH'], ...environment },
        stdio: 'ignore',
      })
      const ended = new Promise((resolve) => child.once('exit', resolve))
      while (child.exitCode === null && (await position()) < from) await pause(5)
      child.kill('SIGKILL')
      await ended
      if (child.signalCode === 'SIGKILL') kills += 1
      // a batch is there with everything that belongs to it, or not at all
      const at = await position()
      const refused = Math.floor(at / 1000)
      expect([await count(db, 'users'), await count(db, 'credentials')]).toEqual([at - refused, at - refused])
    }
    expect(kills).toBeGreaterThan(0)
    const last = await gatehouse(['import', path], environment)
    expect(JSON.parse(last.stdout)).toMatchObject({ records: 20_000, imported: 19_980, refused: 20 })
    for (const table of ['users', 'credentials', 'imported_users', 'user_roles'] as const) {
      expect(await count(db, table)).toBe(19_980)
    }
    const events = await db
      .selectFrom('audit_events')
      .select('detail')
      .where('action', '=', 'user.imported')
      .execute()
    const users = events.map(({ detail }) => JSON.parse(detail).users as number)
    expect(users.reduce((sum, each) => sum + each, 0)).toBe(19_980)
  })
})
