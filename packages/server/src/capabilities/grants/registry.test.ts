import { decodeJwt } from 'jose'
import { afterEach, expect, test } from 'vitest'
import type { Context } from '../../context.ts'
import type { ClientGrant } from '../../grant.ts'
import type { GrantSource } from '../../instance.ts'
import { testContext } from '../../testing/context.ts'
import { describeEachDatabase } from '../../testing/databases.ts'
import { type TestServer, testServer } from '../../testing/server.ts'
import { currentSigner } from '../keys/index.ts'
import { hasPermission, requireWithinPower } from '../roles/index.ts'
import { createSessionGrants, grantOf, listSessions } from '../sessions/index.ts'
import { mintAccessToken } from '../tokens/index.ts'
import { actorOf, createGrantRegistry, findGrant, isGrantGood } from './index.ts'

const issuer = 'http://localhost:3000'
const id = 'client:billing'

/** Clients in memory: another kind of grant, registered beside sessions. */
class Clients implements GrantSource<Context> {
  readonly kind = 'client'
  readonly known = new Map<string, ClientGrant>()

  add(permissions: readonly string[], audience: readonly string[]): ClientGrant {
    const grant: ClientGrant = { kind: 'client', id, subject: id, client: id, audience, ceiling: permissions }
    this.known.set(id, grant)
    return grant
  }

  async find(_ctx: Context, id: string): Promise<ClientGrant | undefined> {
    return this.known.get(id)
  }
}

const servers: TestServer[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
})

describeEachDatabase('kinds of grants', (open) => {
  async function start(options: { feed?: boolean; config?: Partial<Context['config']> } = {}) {
    const { db } = await open()
    const { config = {} } = options
    const { instance } = testContext(db, { config })
    const clients = new Clients()
    const grants = createGrantRegistry([createSessionGrants(), clients])
    const server = await testServer(db, { config, instance: { ...instance, grants } }, options)
    servers.push(server)
    return { ...server, clients }
  }

  for (const feed of [false, true]) {
    test(`a token whose grant is of an unknown kind is refused${feed ? ', while memory answers too' : ''}`, async () => {
      const { ctx, member, request } = await start({ feed })
      const ana = await member('ana')
      const [head, payload = ''] = ana.token.split('.')
      const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
      const signer = await currentSigner(ctx)
      for (const sid of ['key:x', 'constructor:x', ':x', `session:${claims.sid}`, undefined]) {
        const body = Buffer.from(JSON.stringify({ ...claims, sid })).toString('base64url')
        const signature = signer.sign(Buffer.from(`${head}.${body}`)).toString('base64url')
        const token = `${head}.${body}.${signature}`
        for (const [method, path] of [
          ['POST', '/verify-token'],
          ['GET', '/users/me'],
        ] as const) {
          expect((await request(method, path, { token })).status, `${method} ${path} ${sid}`).toBe(401)
        }
        expect(await actorOf(ctx, { ...claims, sid })).toBeUndefined()
      }
      expect((await request('GET', '/users/me', { token: ana.token })).status).toBe(200)
    })

    test(`a client is nobody’s own, and no route about one user lets it in${feed ? ', while memory answers too' : ''}`, async () => {
      const { ctx, clients, member, request } = await start({ feed })
      const ana = await member('ana')
      const token = await mintAccessToken(ctx, clients.add([], [issuer]))
      expect((await request('POST', '/verify-token', { token })).status).toBe(200)
      for (const user of ['me', ana.id, encodeURIComponent(id)]) {
        for (const [method, path, body] of [
          ['GET', '', undefined],
          ['PATCH', '', { username: 'eve' }],
          ['DELETE', '', undefined],
          ['PUT', '/roles', { roles: ['admin'] }],
          ['GET', '/profile', undefined],
          ['PUT', '/profile', { display_name: 'Eve' }],
          ['GET', '/sessions', undefined],
          ['DELETE', '/sessions', undefined],
          ['DELETE', `/sessions/${decodeJwt(ana.token)['sid']}`, undefined],
        ] as const) {
          const { status } = await request(method, `/users/${user}${path}`, { token, body })
          expect(status, `${method} /users/${user}${path}`).toBe(403)
        }
      }
      expect((await request('POST', '/auth/sign-out', { token })).status).toBe(204)
      expect((await listSessions(ctx, ana.id, { limit: 9 })).items).toHaveLength(1)
    })

    test(`a client may do what its grant says now${feed ? ', while memory answers too' : ''}`, async () => {
      const { ctx, clients, member, admin, request } = await start({ feed })
      const [ana, root] = [await member('ana'), await admin()]
      const token = await mintAccessToken(ctx, clients.add(['users:read', 'users:write', 'x:y'], [issuer]))
      expect(decodeJwt(token)).toMatchObject({ sub: id, sid: id, client_id: id, roles: [] })
      expect(decodeJwt(token)).toMatchObject({ scope: 'users:read users:write', rev: expect.any(Number) })
      for (const absent of ['username', 'acr', 'amr', 'auth_time'])
        expect(decodeJwt(token)).not.toHaveProperty(absent)
      expect((await request('GET', `/users/${ana.id}`, { token })).body).toMatchObject({ username: 'ana' })
      expect((await request('GET', '/audit', { token })).status).toBe(403)
      // it reaches nobody who holds more, and gives nothing that it lacks
      expect((await request('DELETE', `/users/${root.id}`, { token })).status).toBe(403)
      const body = { roles: ['admin'] }
      expect((await request('PUT', `/users/${ana.id}/roles`, { token, body })).status).toBe(403)

      clients.add(['audit:read'], [issuer])
      expect((await request('GET', `/users/${ana.id}`, { token })).status).toBe(403)
      expect((await request('GET', '/audit', { token })).status).toBe(200)
      clients.known.clear()
      expect((await request('GET', '/audit', { token })).status).toBe(feed ? 403 : 401)
      await expect(mintAccessToken(ctx, { ...clients.add([], []), id: 'client:gone' })).rejects.toMatchObject(
        {
          code: 'session_ended',
        },
      )
    })
  }

  test('an API’s token of a client carries none of the server’s permissions and has no power here', async () => {
    const { ctx, clients, request } = await start()
    const token = await mintAccessToken(ctx, clients.add(['audit:read', 'posts:edit'], ['api', issuer]))
    expect(decodeJwt(token)).toMatchObject({ scope: 'posts:edit' })
    expect((await request('GET', '/audit', { token })).status).toBe(403)
    const actor = await actorOf(ctx, decodeJwt(token))
    expect(actor).toMatchObject({ kind: 'client', id, grant: id, mayUsePower: false })
  })

  test('no client may revoke itself by its token, as it may end a session by one', async () => {
    const { ctx, app, clients, member } = await start()
    const [ana, grant] = [await member('ana'), clients.add([], [issuer])]
    for (const token of [ana.token, await mintAccessToken(ctx, grant)]) {
      const body = new URLSearchParams({ token }).toString()
      const headers = { 'Content-Type': 'application/x-www-form-urlencoded' }
      expect((await app.request('/oauth/revoke', { method: 'POST', body, headers })).status).toBe(200)
    }
    expect(await isGrantGood(ctx, String(decodeJwt(ana.token)['sid']), ana.id)).toBe(false)
    expect(await isGrantGood(ctx, id, id)).toBe(true)
  })

  test('a grant is found for its own subject alone', async () => {
    const { ctx, clients, member } = await start()
    const ana = await member('ana')
    clients.add([], [])
    expect(await findGrant(ctx, id, id)).toBeDefined()
    expect(await findGrant(ctx, id, ana.id)).toBeUndefined()
    expect(await findGrant(ctx, String(decodeJwt(ana.token)['sid']), id)).toBeUndefined()
  })

  test('a ceiling cuts the permissions of a token, and takes its roles away', async () => {
    const { ctx, role, member } = await start()
    await role('editor', ['posts:edit', 'posts:delete', 'users:read'])
    const ana = await member('ana', ['editor'])
    const [session] = (await listSessions(ctx, ana.id, { limit: 1 })).items
    if (session === undefined) throw new Error('ana has no session')
    const limited = { ...grantOf(session), ceiling: ['posts:edit', 'never:held'] }
    const token = decodeJwt(await mintAccessToken(ctx, limited))
    expect(token).toMatchObject({ roles: [], scope: 'posts:edit' })
    expect(decodeJwt(await mintAccessToken(ctx, grantOf(session)))).toMatchObject({
      roles: ['editor'],
      scope: 'posts:delete posts:edit',
    })
  })

  test('a ceiling cuts what a user may do here', async () => {
    const { ctx, role, officer, member } = await start()
    await role('editor', ['posts:edit'])
    const [root, ana] = [await officer('root', ['admin']), await member('ana', ['editor'])]
    const sessions = createSessionGrants()
    const source: GrantSource<Context> = {
      kind: 'session',
      find: async (ctx, id, subject) => {
        const grant = await sessions.find(ctx, id, subject)
        return grant?.kind === 'session' ? { ...grant, ceiling: ['users:read'] } : undefined
      },
    }
    const under = { ...ctx, instance: { ...ctx.instance, grants: createGrantRegistry([source]) } }
    const claims = decodeJwt(root.token) as { sub: string; sid: string }
    const [free, cut] = [await actorOf(ctx, claims), await actorOf(under, claims)]
    if (free === undefined || cut === undefined) throw new Error('root does not act')
    expect(await hasPermission(ctx, free, 'users:write')).toBe(true)
    expect(await hasPermission(under, cut, 'users:read')).toBe(true)
    expect(await hasPermission(under, cut, 'users:write')).toBe(false)
    await expect(requireWithinPower(under, cut, ana.id)).rejects.toMatchObject({ code: 'forbidden' })
  })

  test('with a shared secret, a token that names a client grants what the client’s grant says', async () => {
    const jwtSecret = Buffer.alloc(32, 7)
    const { ctx, clients, request } = await start({ config: { tokenProfile: 'shared-secret', jwtSecret } })
    const token = await mintAccessToken(ctx, clients.add(['audit:read'], [issuer]))
    expect((await request('GET', '/audit', { token })).status).toBe(200)
    clients.known.clear()
    expect((await request('GET', '/audit', { token })).status).toBe(401)
  })
})
