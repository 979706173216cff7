import { beforeAll, describe, expect, test } from 'vitest'
import { describeEachDatabase } from '../../testing/databases.ts'
import { type Person, type TestServer, testPassword, testServer } from '../../testing/server.ts'

const strong = 'grapefruit-lantern-77-orbit'
const secret = Buffer.from('a shared secret of thirty-two bytes and more')

for (const profile of ['default', 'shared-secret'] as const) {
  describeEachDatabase(`power, tokens of the ${profile} profile`, (open) => {
    let server: TestServer
    let admin: Person
    beforeAll(async () => {
      const config = profile === 'default' ? {} : { tokenProfile: profile, jwtSecret: secret }
      server = await testServer((await open()).db, { config })
      admin = await server.admin()
      await server.role('editor', ['posts:delete'])
      await server.role('support', ['users:read', 'users:write', 'sessions:write'])
      await server.role('granter', ['roles:read', 'roles:write', 'users:read'])
    })
    const call: TestServer['request'] = (...args) => server.request(...args)
    const statusOf = async (...args: Parameters<typeof call>): Promise<number> => (await call(...args)).status

    describe('a token that APIs see', () => {
      test('carries none of the server’s own permissions, whoever its user is, and is told about `audience`', async () => {
        const { token } = await server.signIn('root')
        const other = await server.member('other-user')
        for (const [method, path, body] of [
          ['GET', '/roles', undefined],
          ['PUT', '/roles/new', { permissions: [] }],
          ['DELETE', '/roles/editor', undefined],
          ['GET', '/audit', undefined],
          ['GET', `/users/${other.id}`, undefined],
          ['PATCH', `/users/${other.id}`, { username: 'changed' }],
          ['PATCH', '/users/me', { disabled: true }],
          ['PUT', `/users/${other.id}/roles`, { roles: ['admin'] }],
          ['DELETE', `/users/${other.id}`, undefined],
          ['DELETE', `/users/${other.id}/sessions`, undefined],
        ] as const) {
          const answer = await call(method, path, { token, body })
          expect(answer.status, `${method} ${path}`).toBe(403)
          expect(answer.body.err, `${method} ${path}`).toContain('audience')
        }
        expect(await statusOf('GET', '/users/me', { token })).toBe(200)
      })
    })

    describe('whoever was demoted a second ago', () => {
      test('has no power left in a token that was made before', async () => {
        const former = await server.admin('former-admin')
        expect(await statusOf('GET', '/roles', { token: former.token })).toBe(200)
        const roles = { token: admin.token, body: { roles: ['member'] } }
        expect(await statusOf('PUT', `/users/${former.id}/roles`, roles)).toBe(200)
        const after = await call('GET', '/roles', { token: former.token })
        // a change of roles makes older tokens of the default profile invalid; either way they open nothing
        expect([401, 403]).toContain(after.status)
        const again = await server.signIn('former-admin', server.ctx.config.issuer)
        expect(await statusOf('GET', '/roles', { token: again.token })).toBe(403)
        expect(await statusOf('PUT', '/roles/mine', { token: again.token, body: { permissions: [] } })).toBe(
          403,
        )
      })
    })

    describe('somebody with users:write', () => {
      test('reaches nobody who holds a permission that they lack', async () => {
        const support = await server.officer('support-one', ['support'])
        const editor = await server.member('editor-one', ['editor'])
        for (const target of [admin, editor]) {
          for (const [method, path, body] of [
            ['PATCH', '', { password: strong }],
            ['PATCH', '', { email: 'taken@example.com' }],
            ['PATCH', '', { username: 'taken-over' }],
            ['PATCH', '', { disabled: true }],
            ['DELETE', '', undefined],
            ['PUT', '/profile', { bio: 'changed' }],
            ['DELETE', '/sessions', undefined],
          ] as const) {
            const answer = await call(method, `/users/${target.id}${path}`, { token: support.token, body })
            expect(answer.status, `${method} ${path} ${JSON.stringify(body)}`).toBe(403)
          }
          const now = await call('GET', `/users/${target.id}`, { token: support.token })
          expect(now.body).toMatchObject({ username: target.user.username, email: null, disabled: false })
          expect(await statusOf('GET', '/users/me', { token: target.token })).toBe(200)
        }
      })

      test('looks after everybody else; who is disabled is refused at once, everywhere', async () => {
        const support = await server.officer('support-two', ['support'])
        const ana = await server.member('looked-after')
        const change = (body: object) => call('PATCH', `/users/${ana.id}`, { token: support.token, body })
        expect((await change({ email: 'ana@example.com' })).body.email).toBe('ana@example.com')
        expect((await change({ disabled: true })).body.disabled).toBe(true)
        expect(await statusOf('GET', '/users/me', { token: ana.token })).toBe(401)
        expect(await statusOf('POST', '/verify-token', { token: ana.token })).toBe(401)
        expect(await statusOf('POST', '/auth/refresh', { body: { refresh_token: ana.refreshToken } })).toBe(
          401,
        )
        const credentials = { body: { username: 'looked-after', password: testPassword } }
        expect(await statusOf('POST', '/auth/sign-in', credentials)).toBe(403)
        expect((await change({ disabled: false })).status).toBe(200)
        expect(await statusOf('POST', '/auth/sign-in', credentials)).toBe(200)
        expect(await statusOf('GET', '/users/me', { token: ana.token })).toBe(401)
      })

      test('gives out a new password without knowing the old one, and all sessions end', async () => {
        const support = await server.officer('support-three', ['support'])
        const ana = await server.member('forgetful')
        const body = { password: strong }
        expect(await statusOf('PATCH', `/users/${ana.id}`, { token: support.token, body })).toBe(200)
        expect(await statusOf('GET', '/users/me', { token: ana.token })).toBe(401)
        const credentials = { body: { username: 'forgetful', password: strong } }
        expect(await statusOf('POST', '/auth/sign-in', credentials)).toBe(200)
      })
    })

    describe('nobody grants what they do not hold', () => {
      test('neither by making or changing a role, nor by giving one', async () => {
        const granter = await server.officer('granter-one', ['granter'])
        const put = (path: string, body: object) => statusOf('PUT', path, { token: granter.token, body })
        expect(await put('/roles/mine', { permissions: ['posts:delete'] })).toBe(403)
        expect(await put('/roles/mine', { permissions: ['users:write'] })).toBe(403)
        expect(await put('/roles/editor', { permissions: [] })).toBe(403)
        expect(await put('/roles/granter', { permissions: ['roles:write', 'audit:read'] })).toBe(403)
        expect(await put('/users/me/roles', { roles: ['granter', 'editor'] })).toBe(403)
        expect(await put('/users/me/roles', { roles: ['admin'] })).toBe(403)
        expect(await statusOf('DELETE', '/roles/editor', { token: granter.token })).toBe(403)
        expect(await put('/roles/lesser', { permissions: ['users:read'] })).toBe(201)
        const ana = await server.member('given-roles')
        expect(await put(`/users/${ana.id}/roles`, { roles: ['editor'] })).toBe(403)
        expect(await put(`/users/${ana.id}/roles`, { roles: ['member', 'lesser'] })).toBe(200)
        expect((await call('GET', `/users/${ana.id}`, { token: admin.token })).body.roles).toEqual([
          'lesser',
          'member',
        ])
      })

      test('not even who holds every permission of the server, but is no administrator', async () => {
        const { body } = await call('GET', '/roles/admin', { token: admin.token })
        await server.role('nearly', body.permissions)
        const nearly = await server.officer('nearly-admin', ['nearly'])
        const roles = { token: nearly.token, body: { roles: ['admin'] } }
        expect(await statusOf('PUT', '/users/me/roles', roles)).toBe(403)
        expect(await statusOf('DELETE', `/users/${admin.id}`, { token: nearly.token })).toBe(403)
      })
    })

    describe('the role that everybody gets', () => {
      const put = (token: string, permissions: readonly string[]) =>
        call('PUT', '/roles/member', { token, body: { permissions } })

      test('is changed by administrators alone, whatever others hold', async () => {
        const { body } = await call('GET', '/roles/admin', { token: admin.token })
        await server.role('everything', body.permissions)
        const people = [
          await server.officer('granter-two', ['granter']),
          await server.officer('everything-one', ['everything']),
        ]
        for (const { token } of people) {
          for (const permissions of [['users:read'], ['made:up'], []]) {
            const answer = await put(token, permissions)
            expect([answer.status, answer.body.code]).toEqual([403, 'administrator_required'])
            expect(answer.body.err).toContain('"admin"')
          }
          expect((await call('DELETE', '/roles/member', { token })).body.code).toBe('role_built_in')
          // a name that people may take for it is no role at all
          expect((await call('PUT', '/roles/Member', { token, body: { permissions: [] } })).status).toBe(422)
        }
        expect((await call('GET', '/roles/member', { token: admin.token })).body.permissions).toEqual([])
      })

      test('is changed by no administrator whose token APIs see', async () => {
        const { token } = await server.signIn('root')
        expect((await put(token, ['users:read'])).status).toBe(403)
      })

      test('is an administrator’s to change, and whoever lacks what it has gives it to nobody', async () => {
        expect((await put(admin.token, ['lounge:enter', 'users:write'])).status).toBe(200)
        const ana = await server.member('everybody-one')
        const shown = await call('GET', `/users/${ana.id}`, { token: admin.token })
        expect(shown.body.roles).toEqual(['member'])
        const granter = await server.officer('granter-three', ['granter'])
        const roles = { token: granter.token, body: { roles: ['granter', 'member'] } }
        expect((await call('PUT', '/users/me/roles', roles)).status).toBe(403)
        expect((await put(admin.token, [])).status).toBe(200)
      })
    })

    describe('roles', () => {
      test('are made, changed, read and taken away', async () => {
        const { token } = admin
        const body = { permissions: ['posts:write', 'posts:read', 'posts:read'] }
        const made = await call('PUT', '/roles/author', { token, body })
        expect([made.status, made.body]).toEqual([
          201,
          { name: 'author', permissions: ['posts:read', 'posts:write'] },
        ])
        const changed = await call('PUT', '/roles/author', { token, body: { permissions: [] } })
        expect([changed.status, changed.body.permissions]).toEqual([200, []])
        expect((await call('GET', '/roles/author', { token })).body).toEqual({
          name: 'author',
          permissions: [],
        })
        const all: { name: string }[] = (await call('GET', '/roles', { token })).body
        expect(all.map(({ name }) => name)).toContain('author')
        expect(await statusOf('DELETE', '/roles/author', { token })).toBe(204)
        expect((await call('GET', '/roles/author', { token })).body.code).toBe('role_not_found')
      })

      test('that are in use or built in stay', async () => {
        const { token } = admin
        await server.role('worn', [])
        await server.member('wearer', ['worn'])
        expect((await call('DELETE', '/roles/worn', { token })).body.code).toBe('role_in_use')
        expect((await call('DELETE', '/roles/member', { token })).body.code).toBe('role_built_in')
        expect((await call('PUT', '/roles/admin', { token, body: { permissions: [] } })).body.code).toBe(
          'role_built_in',
        )
      })

      test('that do not exist are given to nobody', async () => {
        const ana = await server.member('no-such-role')
        const body = { roles: ['member', 'no-such', 'Not A Name'] }
        const answer = await call('PUT', `/users/${ana.id}/roles`, { token: admin.token, body })
        expect(answer.status).toBe(422)
        expect(answer.body.errors.map((e: { code: string }) => e.code)).toEqual([
          'unknown_role',
          'unknown_role',
        ])
      })
    })

    test('the last administrator cannot be demoted, disabled or deleted, by themselves neither', async () => {
      const { token } = admin
      for (const [method, path, body] of [
        ['PUT', '/users/me/roles', { roles: ['member'] }],
        ['PATCH', '/users/me', { disabled: true }],
        ['DELETE', '/users/me', undefined],
      ] as const) {
        const answer = await call(method, path, { token, body })
        expect([answer.status, answer.body.code], path).toEqual([409, 'last_administrator'])
      }
      const second = await server.admin('second-admin')
      await call('PATCH', `/users/${second.id}`, { token, body: { disabled: true } })
      expect((await call('DELETE', '/users/me', { token })).body.code).toBe('last_administrator')
      expect(await statusOf('DELETE', `/users/${second.id}`, { token })).toBe(204)
    })
  })
}
