import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { describeEachDatabase, type TestDatabase } from '../../testing/databases.ts'
import { describeTables } from '../../testing/schema.ts'
import { type TestServer, testPassword, testServer } from '../../testing/server.ts'
import { writeFailures } from '../audit/index.ts'
import { createAccount } from './index.ts'

/** Everything that somebody who has the database can read: its files, or a dump. */
async function contentOf({ config, db }: TestDatabase): Promise<Buffer> {
  if (config.kind === 'sqlite') {
    const folder = dirname(config.path)
    const files = readdirSync(folder).filter((name) => name.startsWith(basename(config.path)))
    return Buffer.concat(files.map((name) => readFileSync(join(folder, name))))
  }
  try {
    return execFileSync('pg_dump', [config.url], { maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'ignore'] })
  } catch {
    // no pg_dump, or an older one than the server: the rows themselves
    const tables = await describeTables(db)
    const rows = await Promise.all(
      tables.map(({ name }) =>
        db
          .selectFrom(name as never)
          .selectAll()
          .execute(),
      ),
    )
    return Buffer.from(JSON.stringify(rows))
  }
}

const address = '203.0.113.77'
const agent = 'ZanzibarBrowser/77.1 (erase me)'
const headers = { 'X-Forwarded-For': address, 'User-Agent': agent }

/** Somebody who has used everything, and what there is to find of them. */
async function livedHere(server: TestServer, username: string) {
  const { request, ctx } = server
  const first = { username: `old${username}`, password: testPassword, email: `old.${username}@example.org` }
  const signedUp = await request('POST', '/auth/sign-up', { body: first, headers })
  const { id } = signedUp.body.user
  const { token } = signedUp.body
  const changes = { username, email: `new.${username}@example.org` }
  expect((await request('PATCH', `/users/${id}`, { token, body: changes, headers })).status).toBe(200)
  const profile = {
    display_name: `Display ${username}`,
    bio: `Begin ${username} ${'lorem ipsum '.repeat(150)} End ${username}`,
    picture: `https://pictures.example.org/${username}.png`,
    locale: 'fr-CH',
    data: { secret_hobby: `kiting ${username}` },
  }
  for (const bio of [`Before ${username}`, profile.bio]) {
    const body = { ...profile, bio }
    expect((await request('PUT', '/users/me/profile', { token, body, headers })).status).toBe(200)
  }
  const wrong = { username, password: `wrong ${username}` }
  await request('POST', '/auth/sign-in', { body: wrong, headers })
  await request('POST', '/auth/sign-in', { body: { username, password: testPassword }, headers })
  await writeFailures(ctx)
  const { body } = await request('GET', '/users/me/export', { token, headers })
  const [hash] = await ctx.db.selectFrom('credentials').selectAll().where('user_id', '=', id).execute()
  const devices = await ctx.db.selectFrom('known_devices').selectAll().where('user_id', '=', id).execute()
  const past = [first.username, first.email, `Before ${username}`]
  const values = [
    ...leaves(body.parts.filter(({ name }: { name: string }) => name !== 'audit_events' && name !== 'roles')),
    ...past,
    ...[username, `kiting ${username}`, address, agent],
    ...[
      `Begin ${username}`,
      `End ${username}`,
      hash?.password_hash ?? '',
      ...devices.map(({ digest }) => digest),
    ],
  ]
  // ids of the account and its sessions stay in the audit log, and say nothing once both are gone
  const sessions = await ctx.db.selectFrom('sessions').select('id').where('user_id', '=', id).execute()
  const ids = new Set([id, ...sessions.map((session) => session.id)])
  // what an export says about the parts, its times, and words that everybody's rows have, is nobody's
  const told = values.filter((each) => each.length > 5 && !ids.has(each) && !/^\d{4}-\d\d-\d\dT/.test(each))
  return { id, token, past, values: [...new Set(told)].filter((each) => !commonWords.has(each)) }
}

const commonWords = new Set([
  'http://localhost:3000',
  'account',
  'password',
  'profile',
  'sessions',
  'devices',
  'member',
  'desktop',
])

/** Every text in the records of an export. */
function leaves(parts: { records: unknown[] }[]): string[] {
  const walk = (value: unknown): string[] => {
    if (typeof value === 'string') return [value]
    return typeof value === 'object' && value !== null ? Object.values(value).flatMap(walk) : []
  }
  return parts.flatMap(({ records }) => walk(records))
}

describeEachDatabase('an erased account', (open) => {
  test('leaves no value of its person, in the database’s files or a dump, and the audit events whole', async () => {
    const database = await open()
    const server = await testServer(database.db, { config: { trustProxy: 1 } })
    const system = { kind: 'system' } as const
    for (let i = 0; i < 60; i += 1) await createAccount(server.ctx, system, { username: `neighbour${i}` })
    const people = await Promise.all(['zebedee', 'zipporah'].map((name) => livedHere(server, name)))
    for (let i = 0; i < 60; i += 1) await createAccount(server.ctx, system, { username: `stranger${i}` })
    const admin = await server.admin()

    const before = await contentOf(database)
    const eventsBefore = await server.request('GET', '/audit?limit=100', { token: admin.token })
    for (const { values, past } of people) {
      expect(values.length).toBeGreaterThan(15)
      // what was replaced is in no dump, but may be in files
      const current = values.filter((value) => !past.includes(value))
      expect(current.filter((value) => !before.includes(value))).toEqual([])
    }

    const [one, two] = people
    expect((await server.request('DELETE', '/users/me', { token: one?.token, headers })).status).toBe(204)
    expect((await server.request('DELETE', `/users/${two?.id}`, { token: admin.token })).status).toBe(204)

    const after = await contentOf(database)
    for (const { values } of people) {
      expect(values.filter((value) => after.includes(value))).toEqual([])
    }
    const events = await server.request('GET', '/audit?limit=100', { token: admin.token })
    const actions = (answer: typeof events) =>
      answer.body.map(({ id, action }: Record<string, string>) => `${id} ${action}`)
    expect(actions(events)).toEqual(expect.arrayContaining(actions(eventsBefore).slice(0, 90)))
    expect(events.body[0]).toMatchObject({ action: 'user.deleted', actor: admin.id, target: two?.id })
  })
})
