import { beforeAll, expect, test } from 'vitest'
import { inTransaction } from '../../platform/db/transaction.ts'
import { describeEachDatabase } from '../../testing/databases.ts'
import { type TestServer, testPassword, testServer } from '../../testing/server.ts'
import { listEvents, record } from './index.ts'

const strong = 'grapefruit-lantern-77-orbit'

describeEachDatabase('the audit trail', (open) => {
  let server: TestServer
  beforeAll(async () => {
    server = await testServer((await open()).db)
  })

  test('tells who did what to whom, newest first, without any secret or address', async () => {
    const admin = await server.admin()
    const ana = await server.member('ana')
    const call = (method: string, path: string, body?: unknown) =>
      server.request(method, path, { token: admin.token, body })
    await call('PATCH', `/users/${ana.id}`, { email: 'ana@example.com', password: strong })
    await call('PUT', '/roles/editor', { permissions: ['posts:write'] })
    await call('PUT', `/users/${ana.id}/roles`, { roles: ['editor'] })
    await call('DELETE', `/users/${ana.id}`)
    const { body, text, headers } = await call('GET', '/audit?limit=4')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(body).toMatchObject([
      { actor: admin.id, action: 'user.deleted', target: ana.id, detail: { username: 'ana' } },
      {
        actor: admin.id,
        action: 'user.roles',
        target: ana.id,
        detail: { before: ['member'], roles: ['editor'] },
      },
      {
        actor: admin.id,
        action: 'role.saved',
        target: 'editor',
        detail: { permissions: ['posts:write'], before: null },
      },
      { actor: admin.id, action: 'user.updated', target: ana.id, detail: { changed: ['email', 'password'] } },
    ])
    expect(text).not.toMatch(/example\.com|grapefruit|\$argon2/)
    expect(text).not.toContain(testPassword)
  })

  test('is paged without gaps', async () => {
    const all = await listEvents(server.ctx, { limit: 100 })
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await listEvents(server.ctx, { limit: 2, cursor })
      seen.push(...page.items.map(({ id }) => id))
      cursor = page.next
    } while (cursor !== undefined)
    expect(seen).toEqual(all.items.map(({ id }) => id))
  })

  test('has nothing of what was rolled back', async () => {
    const newest = async () => (await listEvents(server.ctx, { limit: 1 })).items
    const before = await newest()
    const failing = inTransaction(server.ctx, async (ctx) => {
      await record(ctx, { actor: { kind: 'system' }, action: 'role.saved', target: 'never' })
      throw new Error('and so it did not')
    })
    await expect(failing).rejects.toThrow('and so it did not')
    expect(await newest()).toEqual(before)
  })

  test('is for who holds audit:read', async () => {
    await server.role('auditor', ['audit:read'])
    const [auditor, ben] = [
      await server.officer('auditor', ['auditor']),
      await server.officer('ben', ['member']),
    ]
    expect((await server.request('GET', '/audit', { token: auditor.token })).status).toBe(200)
    expect((await server.request('GET', '/audit', { token: ben.token })).status).toBe(403)
  })
})
