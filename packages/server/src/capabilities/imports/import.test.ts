import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import bcrypt from 'bcryptjs'
import { afterAll, expect, test } from 'vitest'
import { describeEachDatabase } from '../../testing/databases.ts'
import { testServer } from '../../testing/server.ts'
import { findUser, listUsers } from '../accounts/index.ts'
import { listEvents } from '../audit/index.ts'
import { readImportHashConfig } from './hash-config.ts'
import type { ImportOptions } from './options.ts'
import { importUsers, type Refusal, refusalsOf } from './service.ts'

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-import-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const hash = bcrypt.hashSync('an old password', 4)

const defaults: ImportOptions = {
  from: 'flask',
  format: undefined,
  dryRun: false,
  createRoles: false,
  grantPower: false,
  mapRoles: new Map(),
  rename: false,
  assumeVerified: false,
  firebase: undefined,
  restart: false,
}

let files = 0
function fileOf(content: string | Uint8Array | readonly unknown[], name = `users-${++files}.json`): string {
  const path = join(folder, name)
  writeFileSync(path, Array.isArray(content) ? JSON.stringify(content, null, 1) : (content as string))
  return path
}

const numbered = (count: number, from = 0) =>
  Array.from({ length: count }, (_, i) => ({ id: from + i, username: `user-${from + i}`, password: hash }))

describeEachDatabase('an import', (open) => {
  async function started() {
    const server = await testServer((await open()).db)
    const { ctx } = server
    async function run(
      content: Parameters<typeof fileOf>[0],
      options: Partial<ImportOptions> = {},
      name?: string,
    ) {
      const refusals: Refusal[] = []
      const result = await importUsers(
        ctx,
        fileOf(content, name),
        { ...defaults, ...options },
        {
          onRefusal: (refusal) => void refusals.push(refusal),
        },
      )
      return {
        ...result,
        refusals,
        codes: refusals.map(({ line, field, code }) => `${line} ${field} ${code}`),
      }
    }
    const count = async () =>
      Number(
        (
          await ctx.db
            .selectFrom('users')
            .select((eb) => eb.fn.countAll().as('n'))
            .executeTakeFirstOrThrow()
        ).n,
      )
    return { ...server, run, count }
  }

  test('makes accounts like any other, with the roles that everybody has', async () => {
    const { ctx, run, request } = await started()
    await run([{ id: 1, username: 'Änne', email: 'Anne@Example.com', password: hash, verified: 'yes' }])
    const user = await findUser(ctx, 'änne')
    expect(user).toMatchObject({ username: 'Änne', roles: ['member'], emailVerified: true })
    expect(user?.id).toMatch(/^[0-9a-f-]{36}$/)
    const taken = await request('POST', '/auth/sign-up', {
      body: { username: 'ÄNNE', password: 'staple-horse-battery-9' },
    })
    expect(taken.status).toBe(409)
    const row = await ctx.db.selectFrom('users').selectAll().executeTakeFirstOrThrow()
    expect([row.username_folded, row.username_key, row.email_key]).toEqual([
      'änne',
      'änne',
      'anne@example.com',
    ])
  })

  test('refuses by name and line what can’t be imported, and goes on', async () => {
    const { run, count, member } = await started()
    await member('taken')
    const { codes, imported, refused } = await run(
      [
        { id: 1, username: 'ana', password: hash },
        { id: 2, username: 'АNA', password: hash }, // not all Latin
        { id: 3, username: 'ANA' },
        { id: 4, username: 'раура' },
        { id: 5, username: 'paypa' },
        { id: 6, username: 'taken' },
        { id: 7, username: 'x' },
        { id: 8, username: 'a b c' },
        { id: 9, username: 'bob', email: 'no address' },
        { id: 10, username: 'bob', password: '$2b$10$short' },
        { id: 11, username: 'bob', password: `$2b$31$${'a'.repeat(53)}` },
        { id: 1, username: 'ana-2' },
        { username: 'no-id' },
        { id: 14 },
        { id: 15, username: 'cyd', email: 'c@example.com', verified: true },
        { id: 16, username: 'dan', email: 'C@EXAMPLE.com', verified: true },
        { id: 17, username: 'eve', email: 'c@example.com', verified: false },
        { id: 18, username: 'fay', roles: ['editor'] },
        { id: 19, username: 'gus', roles: ['admin'] },
        { id: 20, username: 'hal', created_at: 'yesterday' },
        { id: 21, username: 'ida', is_active: 'perhaps' },
        { id: 22, username: { toString: 'x' } },
        { id: 23, username: 'nul\u0000' },
        { id: 24, username: 'sur\uD800' },
        'text',
        null,
        ['x'],
      ].map((row) => row),
    )
    expect(codes.map((each) => each.replace(/^\d+ /, ''))).toEqual([
      'username mixed_scripts',
      'username username_taken',
      'username username_taken',
      'username username_taken',
      'username too_short',
      'username invalid_characters',
      'email invalid_email',
      'password malformed_hash',
      'password costly_hash',
      'id duplicate_id',
      'id required',
      'username required',
      'email email_taken',
      'roles unknown_role',
      'roles role_has_power',
      'created_at invalid_time',
      'is_active invalid_type',
      'username invalid_type',
      'username invalid_characters',
      'username invalid_characters',
      'record not_an_object',
      'record not_an_object',
      'record not_an_object',
    ])
    expect([imported, refused, await count()]).toEqual([4, 23, 5])
  })

  test('gives a username to those who have none, out of their address, and the same one again', async () => {
    const { ctx, run, member } = await started()
    await member('ana')
    const rows = [
      { id: 1, email: 'ana@example.com', verified: true },
      { id: 2, username: 'bob@example.com', verified: true },
      { id: 3, email: 'bob+shop@example.org' },
      { id: 4, email: `${'x'.repeat(60)}@example.com` },
      { id: 5, email: 'Ж1@example.com' },
      { id: 6, username: 'a b', email: 'q@example.com' },
    ]
    expect((await run(rows)).codes).toEqual(['24 username invalid_characters'])
    const { items } = await listUsers(ctx, { kind: 'system' }, { limit: 20 })
    const names = items.map(({ username }) => username).sort()
    expect(names).toEqual([
      'ana',
      expect.stringMatching(/^ana-[a-z0-9]{5}$/),
      'bob',
      expect.stringMatching(/^bob-[a-z0-9]{5}$/),
      expect.stringMatching(/^user-[a-z0-9]{5}$/),
      'x'.repeat(32),
    ])
    expect((await findUser(ctx, 'bob@example.com'))?.username).toBe('bob')
    ctx.clock.advance(1)
    const renamed = await run([...rows], { rename: true, restart: true }, 'again.json')
    expect([renamed.imported, renamed.existing, renamed.codes]).toEqual([1, 5, []])
  })

  test('gives roles that exist, creates others only when asked, and power only when told', async () => {
    const { ctx, run, role } = await started()
    await role('editor', ['posts:write'])
    const rows = [
      { id: 1, username: 'ana', role: 'editor' },
      { id: 2, username: 'bob', roles: 'author, editor' },
      { id: 3, username: 'cyd', role: 'admin' },
      { id: 4, username: 'dan', role: 'Bad Name' },
      { id: 5, username: 'eve', role: 'user' },
    ]
    const options = { createRoles: true, mapRoles: new Map([['user', null]]) }
    expect((await run(rows, options)).refusals.map(({ code }) => code)).toEqual([
      'role_has_power',
      'unknown_role',
    ])
    expect((await findUser(ctx, 'bob'))?.roles).toEqual(['author', 'editor', 'member'])
    expect((await findUser(ctx, 'eve'))?.roles).toEqual(['member'])
    await run(rows, { ...options, grantPower: true, restart: true }, 'again.json')
    expect((await findUser(ctx, 'cyd'))?.roles).toEqual(['admin', 'member'])
  })

  test('changes nothing in a dry run, and says what would come of it', async () => {
    const { ctx, run, count } = await started()
    const rows = [
      ...numbered(1500),
      { id: 0, username: 'twice' },
      { id: 'x', username: 'USER-3' },
      { id: 'y' },
    ]
    const dry = await run(rows, { dryRun: true }, 'dry.json')
    expect(await count()).toBe(0)
    expect(await ctx.db.selectFrom('imports').selectAll().execute()).toEqual([])
    const real = await run(rows, {}, 'dry.json')
    expect([dry.imported, dry.refusals]).toEqual([real.imported, real.refusals])
    expect(await count()).toBe(1500)
  })

  test('goes on where it was cut off, in the same way, and does nothing twice', async () => {
    const { ctx, run, count } = await started()
    const rows = [...numbered(2500), { id: 'bad', username: '?' }]
    const path = fileOf(rows, 'cut.json')
    let batches = 0
    const cut = importUsers(ctx, path, defaults, {
      onProgress: () => {
        batches += 1
        if (batches === 2) throw new Error('cut')
      },
    })
    await expect(cut).rejects.toThrow('cut')
    expect(await count()).toBe(2000)

    await expect(run(rows, { rename: true }, 'cut.json')).rejects.toMatchObject({ code: 'import_conflict' })
    await expect(run(numbered(3000), {}, 'cut.json')).rejects.toMatchObject({ code: 'import_conflict' })
    const resumed = await run(rows, {}, 'cut.json')
    expect(resumed).toMatchObject({ resumedAt: 2000, imported: 2500, refused: 1, records: 2501 })
    expect(await count()).toBe(2500)

    const again = await run(rows, {}, 'cut.json')
    expect(again).toMatchObject({ wasFinished: true, imported: 2500, refused: 1 })
    const kept = []
    for await (const refusal of refusalsOf(ctx, again.digest)) kept.push(refusal)
    expect(kept).toEqual(resumed.refusals)

    const { items } = await listEvents(ctx, { limit: 10 }, { action: 'user.imported' })
    expect(items.map(({ detail }) => detail['users'])).toEqual([500, 1000, 1000])
    expect(items[0]).toMatchObject({ actor: 'system', target: null })

    ctx.clock.advance(1)
    const more = await run([...rows, ...numbered(3, 9000)], {}, 'cut.json')
    expect(more).toMatchObject({ imported: 3, existing: 2500, refused: 1 })
  })

  test('is moved on by one process at a time', async () => {
    const { ctx, count } = await started()
    const path = fileOf(numbered(3000), 'raced.json')
    const results = await Promise.allSettled([1, 2, 3].map(() => importUsers(ctx, path, defaults)))
    const lost = results.filter(({ status }) => status === 'rejected')
    for (const each of lost) expect(each).toMatchObject({ reason: { code: 'import_conflict' } })
    expect(results.some(({ status }) => status === 'fulfilled')).toBe(true)
    expect(await count()).toBe(3000)
  })
})

/** Files that are no export, or mean harm. */
describeEachDatabase('a hostile file', (open, dialect) => {
  async function outcome(
    content: Parameters<typeof fileOf>[0],
    name: string,
    options: Partial<ImportOptions> = {},
  ) {
    const { ctx } = await testServer((await open()).db)
    const codes: string[] = []
    const result = await importUsers(
      ctx,
      fileOf(content, name),
      { ...defaults, ...options },
      {
        onRefusal: ({ line, code }) => void codes.push(`${line} ${code}`),
      },
    ).catch((error) => error)
    return { result, codes }
  }
  const good = '{"id":1,"username":"ana"}'

  test.each([
    [
      'a huge line',
      `${good}\n{"id":2,"username":"${'x'.repeat(3_000_000)}"}\n{"id":3,"username":"bob"}\n`,
      'a.ndjson',
      ['2 too_long'],
      2,
    ],
    [
      'deep JSON',
      `${good}\n${'['.repeat(500_000)}\n{"id":3,"username":"bob"}`,
      'b.ndjson',
      ['2 too_deep'],
      2,
    ],
    [
      'invalid UTF-8',
      Buffer.concat([
        Buffer.from(`${good}\n{"id":2,"username":"`),
        Buffer.of(0xff, 0xfe),
        Buffer.from('"}\n'),
      ]),
      'c.ndjson',
      ['2 invalid_utf8'],
      1,
    ],
    ['a BOM and CRLF', `\uFEFF${good}\r\n\r\n{"id":3,"username":"bob"}\r\n`, 'd.ndjson', [], 2],
    [
      'keys of prototypes',
      '[{"id":1,"username":"ana","__proto__":{"roles":["admin"]},"constructor":{"x":1}}]',
      'e.json',
      [],
      1,
    ],
    [
      'a huge element',
      `[${good},\n{"id":2,"x":"${'\\"['.repeat(700_000)}"},\n{"id":3,"username":"bob"}]`,
      'f.json',
      ['2 too_long'],
      2,
    ],
    [
      'a deep element',
      `[${good},\n{"id":2,"x":${'['.repeat(900)}${']'.repeat(900)}},\n{"id":3,"username":"bob"}]`,
      'g.json',
      ['2 too_deep'],
      2,
    ],
    [
      'a broken element',
      `[${good},\n{"id":2,,},\n{"id":3,"username":"bob"}]`,
      'h.json',
      ['2 malformed_json'],
      2,
    ],
    [
      'CSV with quotes, line ends and NUL',
      'id,username,name\n1,ana,"a\n""b"", c"\n2,b"ob,x\n3,cyd\n4,d\0n,x\n5,eve,"x"y\n6,fay,\n',
      'i.csv',
      ['4 malformed_csv', '5 malformed_csv', '6 invalid_characters', '7 malformed_csv'],
      2,
    ],
    [
      'a quote that never closes',
      'id,username,name\n1,ana,x\n2,bob,"\n3,cyd,x\n',
      'j.csv',
      ['3 malformed_csv'],
      1,
    ],
  ] as const)(
    'with %s costs only the records that it spoils',
    async (_, content, name, refused, imported) => {
      const { result, codes } = await outcome(content as string, name)
      expect(codes).toEqual(refused)
      expect(result.imported).toBe(imported)
    },
  )

  test.each([
    ['nothing', '', 'a.json'],
    ['spaces', '  \n', 'b.json'],
    ['no list', '{\n"users":{}}', 'c.json'],
    ['an end in the middle', `[${good},{"id":`, 'd.json'],
    ['brackets that don’t match', `[${good}}]`, 'e.json'],
    ['more after its end', `[${good}] x`, 'f.json'],
    ['brackets without end', '['.repeat(3_000_000), 'g.json'],
    ['a compressed file', Buffer.of(0x1f, 0x8b, 8, 0), 'h.json'],
    ['UTF-16', Buffer.from('\uFEFF[]', 'utf16le'), 'i.json'],
    ['a header with a name twice', 'id,id\n1,2\n', 'j.csv'],
    ['no header', '\n\n', 'k.csv'],
    ['a header without end', `"${'x'.repeat(3_000_000)}`, 'l.csv'],
  ])('with %s is refused as a whole', async (_, content, name) => {
    const { result } = await outcome(content as string, name)
    expect(result).toMatchObject({ code: 'import_file_unreadable' })
  })

  test('that is not there, or no file, is refused', async () => {
    const { ctx } = await testServer((await open()).db)
    for (const path of [join(folder, 'missing.json'), folder]) {
      await expect(importUsers(ctx, path, defaults)).rejects.toMatchObject({ code: 'import_file_unreadable' })
    }
    await expect(readImportHashConfig(join(folder, 'missing'))).rejects.toMatchObject({
      code: 'import_file_unreadable',
    })
  })

  test.runIf(dialect === 'sqlite')(
    'of a gigabyte in one line takes no more memory than a small one',
    async () => {
      const { ctx } = await testServer((await open()).db)
      const path = fileOf(`${good}\n`, 'gigabyte.ndjson')
      const { appendFileSync } = await import('node:fs')
      const megabyte = Buffer.alloc(1024 * 1024, 'x')
      for (let i = 0; i < 200; i += 1) appendFileSync(path, megabyte)
      appendFileSync(path, '\n{"id":3,"username":"bob"}\n')
      const before = process.memoryUsage().rss
      const result = await importUsers(ctx, path, defaults)
      expect([result.imported, result.refused]).toEqual([2, 1])
      expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024)
    },
  )
})
