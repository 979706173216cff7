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
    const ben = await server.member('ben')
    const call = (method: string, path: string, body?: unknown) =>
      server.request(method, path, { token: admin.token, body })
    await call('PATCH', `/users/${ana.id}`, { email: 'ana@example.com', password: strong })
    await call('PUT', '/roles/editor', { permissions: ['posts:write'] })
    await call('PUT', `/users/${ana.id}/roles`, { roles: ['editor'] })
    await call('DELETE', `/users/${ben.id}`)
    const { body, text, headers } = await call('GET', '/audit?limit=4')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(body).toMatchObject([
      { actor: admin.id, action: 'user.deleted', target: ben.id, detail: {} },
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

  test('is narrowed by actor, target, action and time, and pages keep to it', async () => {
    const auditor = await server.admin('inspector')
    const list = (query: string) => server.request('GET', `/audit?${query}`, { token: auditor.token })
    const actions = ({ body }: Awaited<ReturnType<typeof list>>) =>
      new Set(body.map(({ action }: { action: string }) => action))
    expect(actions(await list('action=role.saved'))).toEqual(new Set(['role.saved']))
    expect((await list(`actor=${auditor.id}&action=sign_in.succeeded`)).body).toMatchObject([
      { actor: auditor.id, target: auditor.id, outcome: 'success', count: 1 },
    ])
    const { body, headers } = await list(`target=${auditor.id}&limit=1`)
    expect(body).toHaveLength(1)
    const next = /<([^>]+)>/.exec(headers.get('link') ?? '')?.[1] ?? ''
    expect(next).toContain(`target=${auditor.id}`)
    const rest = await server.request('GET', next, { token: auditor.token })
    expect(rest.body).toMatchObject([{ target: auditor.id }])
    const now = new Date(server.ctx.clock.now()).toISOString()
    const later = new Date(server.ctx.clock.now() + 1).toISOString()
    expect((await list(`since=${now}&until=${later}`)).body.length).toBeGreaterThan(0)
    expect((await list(`since=${later}`)).body).toEqual([])
    expect((await list(`until=${now}`)).body).toEqual([])
  })

  test.each([
    ['actor=', 'actor'],
    [`actor=${'x'.repeat(65)}`, 'actor'],
    ['target=%00', 'target'],
    ['action=never.happened', 'action'],
    ['action=__proto__', 'action'],
    ['since=yesterday', 'since'],
    ['since=1', 'since'],
    ['until=2026-13-01T00:00:00Z', 'until'],
    ['since=2026-11-28T10:00:00Z&until=2026-11-28T10:00:00Z', 'until'],
    ['who=me', 'who'],
  ])('refuses the filter %s', async (query, field) => {
    const auditor = await server.officer(`a${Math.random().toString(36).slice(2)}`, ['admin'])
    const answer = await server.request('GET', `/audit?${query}`, { token: auditor.token })
    expect(answer.status).toBe(422)
    expect(answer.body.errors).toMatchObject([{ field }])
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
