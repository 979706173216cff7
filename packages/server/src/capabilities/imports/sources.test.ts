import { pbkdf2Sync, scryptSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import bcrypt from 'bcryptjs'
import { afterAll, expect, test } from 'vitest'
import { readFirebaseParameters } from '../../platform/crypto/foreign/firebase.ts'
import { describeEachDatabase } from '../../testing/databases.ts'
import { testServer } from '../../testing/server.ts'
import { findUser } from '../accounts/index.ts'
import { getProfile } from '../profiles/index.ts'
import type { ImportOptions } from './options.ts'
import { importUsers, type Refusal } from './service.ts'

const system = { kind: 'system' } as const
const password = 'an old password'
const bcryptHash = bcrypt.hashSync(password, 4)
const folder = mkdtempSync(join(tmpdir(), 'gatehouse-import-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let files = 0
function fileOf(content: unknown, ending = 'json'): string {
  files += 1
  const path = join(folder, `export-${files}.${ending}`)
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content, null, 2))
  return path
}

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

const uuid = '0b9a8c4e-7f5d-4c1b-9d2e-3f4a5b6c7d8e'
const scryptOf = (salt: string) =>
  scryptSync(password, salt, 64, { N: 16384, r: 16, maxmem: 2 ** 26 }).toString('hex')
const betterAuthSalt = '6df7b753db925d546b436b4781b108ae'
const keycloakSalt = Buffer.from('a salt of sixteen')

/** How each product exports one user, and what they are here. */
const exports: {
  from: ImportOptions['from']
  what: string
  file: () => string
  options?: Partial<ImportOptions>
  id?: string
  username: string
  email: string | null
  verified: boolean
  name: string | null
}[] = [
  {
    from: 'flask',
    what: 'a CSV of its users table',
    file: () =>
      fileOf(
        `\uFEFFid,username,email,password_hash,created_at,name\r\n7,ana,ana@example.com,"${bcryptHash}",2021-03-04 05:06:07,"Ana ""A."" Lima, Dr."\r\n`,
        'csv',
      ),
    username: 'ana',
    email: 'ana@example.com',
    verified: false,
    name: 'Ana "A." Lima, Dr.',
  },
  {
    from: 'django',
    what: 'dumpdata',
    file: () =>
      fileOf([
        { model: 'auth.permission', pk: 1, fields: { name: 'Can add' } },
        { model: 'auth.group', pk: 3, fields: { name: 'editor', permissions: [] } },
        {
          model: 'auth.user',
          pk: 7,
          fields: {
            password: `pbkdf2_sha256$1000$salt$${pbkdf2Sync(password, 'salt', 1000, 32, 'sha256').toString('base64')}`,
            last_login: null,
            is_superuser: true,
            username: 'ana',
            first_name: 'Ana',
            last_name: 'Lima',
            email: 'ana@example.com',
            is_staff: true,
            is_active: true,
            date_joined: '2021-03-04T05:06:07Z',
            groups: [3],
            user_permissions: [],
          },
        },
      ]),
    options: { assumeVerified: true },
    username: 'ana',
    email: 'ana@example.com',
    verified: true,
    name: 'Ana Lima',
  },
  {
    from: 'supabase',
    what: 'a CSV of auth.users',
    file: () =>
      fileOf(
        `id,aud,role,email,encrypted_password,email_confirmed_at,created_at,raw_app_meta_data,raw_user_meta_data,banned_until,is_anonymous\n${uuid},authenticated,authenticated,ana@example.com,${bcryptHash},2021-03-04 05:06:07.123+00,2021-03-04 05:06:07.123456+00,"{""provider"": ""email"", ""roles"": [""editor""]}","{""full_name"": ""Ana Lima""}",,f\n`,
        'csv',
      ),
    id: uuid,
    username: 'ana',
    email: 'ana@example.com',
    verified: true,
    name: 'Ana Lima',
  },
  {
    from: 'auth0',
    what: 'JSON lines in a file that is called .json',
    file: () =>
      fileOf(
        `${JSON.stringify({ _id: { $oid: '60425dc43519d90068f82973' }, email: 'ana@example.com', email_verified: true, passwordHash: bcryptHash, password_set_date: { $date: '2021-03-05T16:35:16.775Z' }, tenant: 't', connection: 'Username-Password-Authentication' })}\n${JSON.stringify({ user_id: 'auth0|60425dc43519d90068f82974', email: 'bob@example.com', email_verified: true, blocked: true, created_at: '2021-03-04T05:06:07.000Z', name: 'Bob' })}\n`,
      ),
    id: 'auth0|60425dc43519d90068f82973',
    username: 'ana',
    email: 'ana@example.com',
    verified: true,
    name: null,
  },
  {
    from: 'keycloak',
    what: 'a realm with its users',
    file: () =>
      fileOf({
        realm: 'shop',
        roles: { realm: [{ name: 'editor' }] },
        users: [
          { id: 'f', username: 'service-account-api', serviceAccountClientId: 'api', enabled: true },
          {
            id: uuid,
            createdTimestamp: 1614834367000,
            username: 'ana',
            enabled: true,
            emailVerified: true,
            firstName: 'Ana',
            lastName: 'Lima',
            email: 'ana@example.com',
            attributes: { locale: ['pt_BR'] },
            credentials: [
              {
                type: 'password',
                secretData: JSON.stringify({
                  value: pbkdf2Sync(password, keycloakSalt, 1000, 64, 'sha512').toString('base64'),
                  salt: keycloakSalt.toString('base64'),
                  additionalParameters: {},
                }),
                credentialData: JSON.stringify({
                  hashIterations: 1000,
                  algorithm: 'pbkdf2-sha512',
                  additionalParameters: {},
                }),
              },
            ],
            realmRoles: ['default-roles-shop', 'offline_access', 'editor'],
            groups: [],
          },
        ],
        clients: [{ clientId: 'account', redirectUris: ['/x'] }],
      }),
    id: uuid,
    username: 'ana',
    email: 'ana@example.com',
    verified: true,
    name: 'Ana Lima',
  },
  {
    from: 'better-auth',
    what: 'its tables, accounts first',
    file: () =>
      fileOf({
        account: [
          { id: 'a2', userId: 'mWqK2x9Yb7RtV4nPz8LcD1sFhJ6gE3uA', providerId: 'google', password: null },
          {
            id: 'a1',
            userId: 'mWqK2x9Yb7RtV4nPz8LcD1sFhJ6gE3uA',
            providerId: 'credential',
            password: `${betterAuthSalt}:${scryptOf(betterAuthSalt)}`,
          },
        ],
        user: [
          {
            id: 'mWqK2x9Yb7RtV4nPz8LcD1sFhJ6gE3uA',
            name: 'Ana Lima',
            email: 'ana@example.com',
            emailVerified: 1,
            image: null,
            createdAt: '2021-03-04T05:06:07.000Z',
            role: 'user,editor',
            banned: false,
          },
        ],
      }),
    id: 'mWqK2x9Yb7RtV4nPz8LcD1sFhJ6gE3uA',
    username: 'ana',
    email: 'ana@example.com',
    verified: true,
    name: 'Ana Lima',
  },
]

describeEachDatabase('an import', (open) => {
  test.each(exports)('takes over what $from exports as $what', async (each) => {
    const server = await testServer((await open()).db)
    await server.role('editor', ['posts:write'])
    const options = { ...defaults, from: each.from, ...each.options }
    const refusals: Refusal[] = []
    const result = await importUsers(server.ctx, each.file(), options, {
      onRefusal: (one) => refusals.push(one),
    })
    expect(refusals).toEqual([])
    expect(result.imported).toBeGreaterThan(0)

    const user = await findUser(server.ctx, each.username)
    if (user === undefined) throw new Error('the user was not imported')
    expect(user).toMatchObject({ email: each.email, emailVerified: each.verified, disabled: false })
    if (each.id !== undefined) expect(user.id).toBe(each.id)
    if (!['auth0', 'flask'].includes(each.from)) expect(user.roles).toEqual(['editor', 'member'])
    if (each.from !== 'auth0') expect(new Date(user.createdAt).toISOString()).toMatch(/^2021-03-04T05:06:07/)
    expect((await getProfile(server.ctx, system, user.id)).displayName).toBe(each.name)

    const attempt = (typed: string) =>
      server.request('POST', '/auth/sign-in', { body: { username: each.username, password: typed } })
    expect((await attempt('another password')).status).toBe(401)
    const signedIn = await attempt(password)
    expect(signedIn.status).toBe(200)
    const own = await server.request('GET', `/users/${encodeURIComponent(user.id)}`, {
      token: signedIn.body.token,
    })
    expect(own.body.id).toBe(user.id)
    if (each.verified) {
      const byAddress = await server.request('POST', '/auth/sign-in', {
        body: { username: each.email, password },
      })
      expect(byAddress.status).toBe(200)
    }
  })

  test('takes over what Firebase exports, with the parameters of its project alone', async () => {
    const server = await testServer((await open()).db)
    // the example of Firebase's own scrypt
    const firebase = readFirebaseParameters(`{
      "base64_signer_key": "jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==",
      "base64_salt_separator": "Bw==", "rounds": 8, "mem_cost": 14 }`)
    const path = fileOf({
      users: [
        {
          localId: 'Zx8vKq3TnW5yRb7LpD2sFg9HjM1c',
          email: 'ana@example.com',
          emailVerified: true,
          passwordHash:
            'lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==',
          salt: '42xEC+ixf3L2lw==',
          createdAt: '1614834367000',
          customAttributes: '{"plan":"pro"}',
          providerUserInfo: [],
        },
      ],
    })
    const refusals: Refusal[] = []
    const hooks = { onRefusal: (one: Refusal) => void refusals.push(one) }
    await importUsers(server.ctx, path, { ...defaults, from: 'firebase' }, hooks)
    expect(refusals.map(({ code }) => code)).toEqual(['hash_config_required'])

    const options = { ...defaults, from: 'firebase', firebase, restart: true } as const
    expect((await importUsers(server.ctx, path, options)).imported).toBe(1)
    const body = { username: 'ana@example.com', password: 'user1password' }
    const { status, body: answer } = await server.request('POST', '/auth/sign-in', { body })
    expect([status, answer.user.id]).toEqual([200, 'Zx8vKq3TnW5yRb7LpD2sFg9HjM1c'])
  })
})
