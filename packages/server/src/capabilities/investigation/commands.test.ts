import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type RunningGatehouse, startGatehouse } from '../../main.ts'
import { openDatabase } from '../../platform/db/open.ts'
import { readConfig } from '../../read-config.ts'
import { gatehouse } from '../../testing/command-line.ts'
import { describeEachDatabase } from '../../testing/databases.ts'
import { testPassword } from '../../testing/server.ts'

const issuer = 'http://localhost:3000'

describeEachDatabase('investigating on the command line, beside a running server', (open) => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-audit-'))
  let environment: Record<string, string> = {}
  let server: RunningGatehouse
  beforeAll(async () => {
    const { config } = await open()
    environment = {
      GATEHOUSE_SECRET: 'a secret of thirty-two bytes or more',
      GATEHOUSE_ISSUER: issuer,
      GATEHOUSE_HASH_WORKERS: '1',
      GATEHOUSE_LIMITS: 'off',
      LOG_LEVEL: 'silent',
      ...(config.kind === 'postgres' ? { DATABASE_URL: config.url } : { GATEHOUSE_DATA_DIR: folder }),
    }
    server = await startGatehouse(readConfig({ ...environment, PORT: '0' }))
  })
  afterAll(async () => {
    await server.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const run = (...args: string[]) => gatehouse(args, environment)
  const told = async (...args: string[]) => {
    const { code, stdout, stderr } = await run(...args)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    return JSON.parse(stdout)
  }
  const post = async (path: string, body: object, token?: string) => {
    const response = await fetch(`${server.url}${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(body),
    })
    // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape
    const answer: any = await response.json()
    return { status: response.status, body: answer }
  }
  const signUp = async (
    username: string,
  ): Promise<{ token: string; id: string; sid: string; jti: string }> => {
    const { body } = await post('/auth/sign-up', { username, password: testPassword })
    const claims = decodeJwt(body.token)
    return { token: body.token, id: body.user.id, sid: String(claims['sid']), jti: String(claims.jti) }
  }

  it('lists events by who, on whom, what, outcome, grant and time', async () => {
    const ana = await signUp('ana')
    await post('/auth/sign-in', { username: 'ana', password: 'wrong' })
    const actions = async (...filter: string[]) =>
      (await told('audit', 'list', ...filter)).events.map(({ action }: { action: string }) => action)
    expect(await actions('--actor', 'ana')).toEqual(['sign_up.succeeded'])
    expect(await actions('--grant', ana.sid)).toEqual(['sign_up.succeeded'])
    expect(await actions('--target', 'ana', '--outcome', 'success')).toEqual([
      'sign_up.succeeded',
      'user.created',
    ])
    expect(await actions('--action', 'user.created', '--outcome', 'failure')).toEqual([])
    expect(await actions('--since', '2099-01-01')).toEqual([])
    expect((await run('audit', 'list', '--since', 'yesterday')).code).toBe(2)
  })

  it('exports, verifies, and says with exit code 1 where the log was changed', async () => {
    const file = join(folder, 'export.ndjson')
    const exported = await told('audit', 'export', file)
    expect(exported).toMatchObject({ file, checkpoint: expect.stringMatching(/^eyJ/) })
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect((await run('audit', 'export', file)).code).toBe(1)
    const lines = readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(lines).toHaveLength(exported.entries + 1)
    expect(lines.at(-1).keys).toEqual((await told('audit', 'keys')).keys)
    expect(await told('audit', 'verify', '--checkpoint', file)).toMatchObject({
      entries: exported.entries,
      problem: null,
    })

    const config = readConfig(environment)
    const { db, close } = await openDatabase(config.database)
    await db.updateTable('audit_events').set({ actor: 'eve' }).where('sequence', '=', 2).execute()
    await close()
    const { code, stdout } = await run('audit', 'verify')
    expect([code, JSON.parse(stdout).problem]).toMatchObject([1, { kind: 'changed', sequence: 2 }])
    expect((await run('audit', 'verify', '--checkpoint', join(folder, 'nowhere'))).code).toBe(1)
    writeFileSync(join(folder, 'empty'), 'nothing')
    expect((await run('audit', 'verify', '--checkpoint', join(folder, 'empty'))).code).toBe(2)
  })

  const manifest = join(folder, 'manifest.json')
  const route = (method: string, path: string, rules: object[], kind = 'guarded') => ({
    method,
    path,
    parameters: [],
    kind,
    rules,
    reason: kind === 'guarded' ? null : 'why',
    printed: 'printed',
    unmentioned: [],
    source: null,
    notes: [],
  })
  const routes = [
    route('GET', '/anyone', [{ kind: 'signedIn' }]),
    route('GET', '/admins', [{ kind: 'role', role: 'admin' }]),
    route('GET', '/both', [
      {
        kind: 'all',
        rules: [
          { kind: 'role', role: 'member' },
          { kind: 'permission', permission: 'lounge:enter' },
        ],
      },
    ]),
    route('GET', '/open', [], 'open'),
  ]

  it('says what a session reaches and touched, and ends it before the eyes of a running server', async () => {
    writeFileSync(manifest, JSON.stringify({ version: 1, framework: 'express', routes, middleware: [] }))
    const ben = await signUp('ben')
    const paths = async () =>
      (await told('blast-radius', '--session', ben.sid, '--manifest', manifest)).reach[0].routes.map(
        ({ path }: { path: string }) => path,
      )
    expect(await paths()).toEqual(['/anyone'])
    await told('role', 'put', 'guest', 'lounge:enter')
    await told('role', 'grant', 'ben', 'guest')
    expect(await paths()).toEqual(['/anyone', '/both'])

    const byToken = await told('blast-radius', '--token-id', ben.jti)
    expect(byToken.sessions).toMatchObject([{ id: ben.sid, user: ben.id, live: true }])
    expect(byToken.users).toMatchObject([{ username: 'ben', permissions: ['lounge:enter'] }])
    expect(byToken.touched).toMatchObject([{ action: 'sign_up.succeeded', grant: ben.sid }])

    const ended = await told('blast-radius', '--session', ben.sid, '--revoke', '--server', server.url)
    expect(ended.proof).toEqual({ server: server.url, before: 200, after: 401 })
    expect((await post('/verify-token', {}, ben.token)).status).toBe(401)
    expect((await told('blast-radius', '--session', ben.sid)).sessions).toMatchObject([{ live: false }])
  })

  it('ends all sessions of a user, and drops a key with every token that it signed', async () => {
    const [cem, dan] = [await signUp('cem'), await signUp('dan')]
    const user = await told('blast-radius', '--user', 'cem', '--revoke', '--server', server.url)
    expect(user).toMatchObject({ revoked: true, proof: { before: 200, after: 401 } })
    expect((await post('/verify-token', {}, cem.token)).status).toBe(401)
    expect((await post('/verify-token', {}, dan.token)).status).toBe(200)

    const { keys } = await told('key', 'list')
    const { kid } = keys.find(({ use }: { use: string }) => use === 'token')
    const key = await told('blast-radius', '--key', kid, '--revoke', '--server', server.url)
    expect(key.sessions.map(({ id }: { id: string }) => id)).toContain(dan.sid)
    expect(key.proof).toMatchObject({ before: 200, after: 401 })
    expect((await post('/verify-token', {}, dan.token)).status).toBe(401)
  })

  it('says so where the server cannot be reached, and where there is no such suspect', async () => {
    const eve = await signUp('eve')
    const ended = await told(
      'blast-radius',
      '--session',
      eve.sid,
      '--revoke',
      '--server',
      'http://127.0.0.1:9',
    )
    expect(ended.proof).toMatchObject({ before: null, after: null })
    for (const args of [
      [],
      ['--session', 'x', '--user', 'y'],
      ['--session', 'x'],
      ['--token-id', 'x'],
      ['--key', 'x'],
    ]) {
      expect((await run('blast-radius', ...args)).code).toBe(2)
    }
  })
})
