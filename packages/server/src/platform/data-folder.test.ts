import { execFile } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ConfigError, createGatehouse, readConfig } from '../index.ts'
import { openRuntime, prepare } from '../runtime.ts'
import { ExposedFiles, type NarrowedFile } from './data-folder.ts'
import { type OpenDatabase, openDatabase } from './db/open.ts'
import type { Logger } from './log.ts'

let base = ''
let folder = ''
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'gatehouse-modes-'))
  folder = join(base, 'data')
})
afterEach(() => rmSync(base, { recursive: true, force: true }))

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8)
const modes = (of = folder): Record<string, string> =>
  Object.fromEntries(readdirSync(of).map((name) => [name, modeOf(join(of, name))]))

/** Makes the folder, with this mode whatever the umask. */
function make(mode: number): void {
  mkdirSync(folder)
  chmodSync(folder, mode)
}

/** Opens a SQLite file, writes to it and leaves it open. */
async function writing(
  path: string,
  onNarrowed?: (files: readonly NarrowedFile[]) => void,
): Promise<OpenDatabase> {
  const database = await openDatabase({ kind: 'sqlite', path }, onNarrowed ? { onNarrowed } : {})
  await sql`create table if not exists kept (id text)`.execute(database.db)
  await sql`insert into kept values ('x')`.execute(database.db)
  return database
}

describe.skipIf(process.platform === 'win32')('the data folder', () => {
  it('is for its owner alone, as is every file in it, under umask 000 in a folder of mode 0755', async () => {
    const main = join(import.meta.dirname, '../cli/main.ts')
    const migrate = (): Promise<unknown> =>
      promisify(execFile)('/bin/sh', ['-c', 'umask 000; exec "$0" "$1" migrate', process.execPath, main], {
        env: { GATEHOUSE_DATA_DIR: folder },
      })
    await migrate()
    expect(modeOf(folder)).toBe('700')
    expect(modes()).toEqual({ 'gatehouse.db': '600', secret: '600' })
    rmSync(folder, { recursive: true })
    make(0o755)
    await migrate()
    expect(modes()).toEqual({ 'gatehouse.db': '600', secret: '600' })
  })

  it('has a file of mode 0600 before SQLite opens it, and its log and index have that mode too', async () => {
    make(0o755)
    const path = join(folder, 'own.db')
    const unopened = await openDatabase({ kind: 'sqlite', path })
    expect(modes()).toEqual({ 'own.db': '600' })
    await unopened.close()
    const { close } = await writing(path)
    expect(modes()).toEqual({ 'own.db': '600', 'own.db-shm': '600', 'own.db-wal': '600' })
    await close()
  })

  it('has what an earlier version or a crash left behind narrowed, with the data in it', async () => {
    make(0o755)
    const before = await writing(join(base, 'gatehouse.db'))
    for (const name of ['gatehouse.db', 'gatehouse.db-wal', 'gatehouse.db-shm'])
      copyFileSync(join(base, name), join(folder, name))
    await before.close()
    for (const name of ['gatehouse.db.bak', 'secret', 'secret.123'])
      writeFileSync(join(folder, name), 'x'.repeat(43))
    writeFileSync(join(folder, 'notes.txt'), 'of somebody')
    for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o644)

    const heard: NarrowedFile[] = []
    const { db, close } = await writing(join(folder, 'gatehouse.db'), (files) => heard.push(...files))
    const { 'notes.txt': notes, ...ours } = modes()
    expect(new Set(Object.values(ours))).toEqual(new Set(['600']))
    expect(notes).toBe('644')
    expect((await sql`select * from kept`.execute(db)).rows).toHaveLength(2)
    expect(heard).toHaveLength(6)
    expect(heard).toContainEqual({ file: join(folder, 'gatehouse.db-wal'), mode: '0644' })
    await close()
  })

  it('is narrowed by whoever opens it first, who logs it in one line', async () => {
    make(0o755)
    for (const name of ['gatehouse.db', 'secret']) {
      writeFileSync(join(folder, name), name === 'secret' ? 'x'.repeat(43) : '')
      chmodSync(join(folder, name), 0o644)
    }
    const lines: object[] = []
    const ignore = (): void => undefined
    const log: Logger = { debug: ignore, info: ignore, error: ignore, warn: (fields) => lines.push(fields) }
    const config = readConfig({ GATEHOUSE_DATA_DIR: folder })
    for (const _ of [1, 2]) {
      const runtime = await openRuntime(config, { log })
      await prepare(runtime.ctx)
      await runtime.close()
    }
    expect(lines).toEqual([
      {
        files: [
          { file: join(folder, 'gatehouse.db'), mode: '0644' },
          { file: join(folder, 'secret'), mode: '0644' },
        ],
      },
    ])
  })

  it('is narrowed by an embedded server too', async () => {
    make(0o755)
    writeFileSync(join(folder, 'gatehouse.db'), '')
    chmodSync(join(folder, 'gatehouse.db'), 0o666)
    const gatehouse = await createGatehouse({ GATEHOUSE_DATA_DIR: folder, LOG_LEVEL: 'silent' })
    expect(new Set(Object.values(modes()))).toEqual(new Set(['600']))
    await gatehouse.close()
  })

  it.each([0o777, 0o1777, 0o775, 0o757])(
    'is refused, untouched, when others may write to it: %o',
    async (mode) => {
      make(mode)
      const refusal = `run: chmod go-w ${folder}`
      expect(() => readConfig({ GATEHOUSE_DATA_DIR: folder })).toThrow(ConfigError)
      expect(() => readConfig({ GATEHOUSE_DATA_DIR: folder })).toThrow(refusal)
      await expect(createGatehouse({ GATEHOUSE_DATA_DIR: folder })).rejects.toThrow(refusal)
      await expect(openDatabase({ kind: 'sqlite', path: join(folder, 'x.db') })).rejects.toThrow(refusal)
      expect(readdirSync(folder)).toEqual([])
    },
  )

  it('may have a database that is a link: the file it leads to counts, and the folder of that', async () => {
    make(0o755)
    const elsewhere = join(base, 'elsewhere')
    mkdirSync(elsewhere)
    const file = join(elsewhere, 'real.db')
    symlinkSync(file, join(folder, 'gatehouse.db'))
    const open = (): Promise<OpenDatabase> => writing(join(folder, 'gatehouse.db'))
    await expect(open()).rejects.toThrow('leads nowhere')
    writeFileSync(file, '')
    chmodSync(file, 0o644)
    const { close } = await open()
    expect(modes(elsewhere)).toEqual({ 'real.db': '600', 'real.db-shm': '600', 'real.db-wal': '600' })
    await close()
    chmodSync(elsewhere, 0o777)
    await expect(open()).rejects.toThrow(ExposedFiles)
  })

  it.skipIf(process.geteuid?.() !== 0)(
    'holds no file of another user, nor their link to root’s',
    async () => {
      const { chownSync, lchownSync } = await import('node:fs')
      make(0o755)
      const path = join(folder, 'gatehouse.db')
      writeFileSync(path, '')
      chownSync(path, 12_345, 12_345)
      await expect(openDatabase({ kind: 'sqlite', path })).rejects.toThrow('another user (12345)')
      rmSync(path)
      const victim = join(base, 'victim')
      writeFileSync(victim, '')
      chmodSync(victim, 0o644)
      symlinkSync(victim, path)
      lchownSync(path, 12_345, 12_345)
      await expect(openDatabase({ kind: 'sqlite', path })).rejects.toThrow('another user (12345)')
      expect(modeOf(victim)).toBe('644')
      // a service's folder that root looks after
      rmSync(path)
      chownSync(folder, 12_345, 12_345)
      writeFileSync(path, '')
      chownSync(path, 12_345, 12_345)
      await (await writing(path)).close()
      expect(modeOf(path)).toBe('600')
    },
  )
})
