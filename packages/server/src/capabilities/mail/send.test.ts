import { afterEach, expect, test } from 'vitest'
import { testClock, testContext, testSettings } from '../../testing/context.ts'
import { describeEachDatabase } from '../../testing/databases.ts'
import { type Behavior, type TestSmtp, testSmtp } from '../../testing/smtp.ts'
import { pageLink, queueMail, resendMail } from './index.ts'
import { sendDue } from './send.ts'

const hour = 3_600_000
const servers: TestSmtp[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
})

async function smtp(...options: Parameters<typeof testSmtp>): Promise<TestSmtp> {
  const server = await testSmtp(...options)
  servers.push(server)
  return server
}

const settingsFor = (port: number) =>
  testSettings({
    GATEHOUSE_MAIL_URL: `smtp://127.0.0.1:${port}`,
    GATEHOUSE_MAIL_FROM: 'Acme <no-reply@acme.example>',
  })

describeEachDatabase('sending mail', (open, dialect) => {
  /** A server that behaves so, and an instance that sends by it. */
  const start = async (behavior?: Behavior) => {
    const database = await open()
    const server = await smtp(behavior)
    const clock = testClock()
    const settings = settingsFor(server.port)
    const instance = async () => testContext(await database.connect(), { clock, config: { settings } })
    const ctx = testContext(database.db, { clock, config: { settings } })
    const rows = () => database.db.selectFrom('outbox').selectAll().orderBy('id').execute()
    const queue = (to: string, token = `token-for-${to}`) =>
      queueMail(ctx, {
        to,
        message: 'reset-password',
        values: { link: pageLink(ctx, '/reset', token), code: '314159', expiresInMs: hour, name: 'Ana' },
      })
    return { ctx, clock, server, instance, rows, queue, settings, database }
  }

  test('delivers text and HTML, and erases what the message said', async () => {
    const { ctx, server, rows, queue } = await start()
    await queue('ana@example.com')
    await sendDue(ctx)
    expect(server.received).toHaveLength(1)
    const [{ parsed, from, to }] = server.received as [TestSmtp['received'][number]]
    expect([from, to]).toEqual(['no-reply@acme.example', 'ana@example.com'])
    expect(parsed.from).toMatchObject({ name: 'Acme', address: 'no-reply@acme.example' })
    expect(parsed.subject).toBe('Reset your password for Acme')
    for (const part of [parsed.text, parsed.html])
      for (const what of ['/reset?token=token-for-ana%40example.com', '314159', 'Hello Ana,', '1 hour'])
        expect(part).toContain(what)
    const [row] = await rows()
    expect(row).toMatchObject({ status: 'sent', attempts: 1, values_sealed: null, reason: null, lease: null })
    expect(parsed.messageId).toBe(`<${row?.id}@acme.example>`)
    await sendDue(ctx)
    expect(server.received).toHaveLength(1)
  })

  test('tries again after a 4xx, later each time, under the same Message-ID', async () => {
    const ids: string[] = []
    const { ctx, clock, server, rows, queue } = await start((_, attempt) =>
      attempt < 3 ? '451 4.3.0 try later' : undefined,
    )
    await queue('ana@example.com')
    await sendDue(ctx)
    expect(await rows()).toMatchObject([{ status: 'queued', attempts: 1, reason: '451 4.3.0 try later' }])
    clock.advance(4_999)
    await sendDue(ctx)
    expect(await rows()).toMatchObject([{ attempts: 1 }])
    clock.advance(1)
    await sendDue(ctx)
    expect(await rows()).toMatchObject([{ attempts: 2 }])
    clock.advance(10_000)
    await sendDue(ctx)
    ids.push(...server.received.map(({ parsed }) => parsed.messageId ?? ''))
    const [row] = await rows()
    expect([row?.status, row?.attempts, ids]).toEqual(['sent', 3, [`<${row?.id}@acme.example>`]])
  })

  test('a 5xx is final and visible at once, without the links that the server quotes; by hand it is sent again', async () => {
    const { ctx, server, rows, queue } = await start((_, attempt) =>
      attempt === 1
        ? '554 5.7.1 blocked: http://localhost:3000/reset?token=token-for-ana and 314159'
        : undefined,
    )
    await queue('ana@example.com')
    await sendDue(ctx)
    const [row] = await rows()
    expect(row).toMatchObject({
      status: 'failed',
      attempts: 1,
      reason: '554 5.7.1 blocked: [link] and [removed]',
    })
    await resendMail(ctx, { kind: 'system' }, row?.id ?? '')
    await sendDue(ctx)
    expect(await rows()).toMatchObject([{ status: 'sent' }])
    expect(server.received).toHaveLength(1)
    await expect(resendMail(ctx, { kind: 'system' }, row?.id ?? '')).rejects.toMatchObject({
      code: 'mail_not_resendable',
    })
  })

  test('a connection that breaks in the middle loses nothing', async () => {
    const { ctx, clock, server, rows, queue } = await start((_, attempt) =>
      attempt === 1 ? 'drop' : undefined,
    )
    await queue('ana@example.com')
    await sendDue(ctx)
    expect(await rows()).toMatchObject([{ status: 'queued', attempts: 1 }])
    clock.advance(hour)
    await sendDue(ctx)
    expect(await rows()).toMatchObject([{ status: 'sent' }])
    expect(server.received).toHaveLength(1)
  })

  test('one bad recipient holds up nobody else', async () => {
    const { ctx, server, rows, queue } = await start((to) =>
      to.startsWith('bad') ? '550 no such user' : undefined,
    )
    for (const to of ['bad@example.com', 'ana@example.com', 'ben@example.com']) await queue(to)
    await sendDue(ctx)
    expect(server.received.map(({ to }) => to).sort()).toEqual(['ana@example.com', 'ben@example.com'])
    expect((await rows()).map(({ status }) => status)).toEqual(['failed', 'sent', 'sent'])
  })

  test('with the mail server down for an hour nothing is lost, and nothing doubled', async () => {
    const { ctx, clock, server, rows, queue } = await start()
    await server.close()
    const addresses = Array.from({ length: 20 }, (_, i) => `user-${i}@example.com`)
    for (const to of addresses) await queue(to)
    for (let minute = 0; minute < 60; minute += 1) {
      await sendDue(ctx)
      clock.advance(60_000)
    }
    expect((await rows()).every(({ status }) => status === 'queued')).toBe(true)
    expect((await rows()).some(({ reason }) => reason?.includes('ECONNREFUSED'))).toBe(true)
    const back = await smtp(undefined, { port: server.port })
    for (let minute = 0; minute < 20; minute += 1) {
      await sendDue(ctx)
      clock.advance(60_000)
    }
    expect(back.received.map(({ to }) => to).sort()).toEqual(addresses.sort())
    expect((await rows()).every(({ status }) => status === 'sent')).toBe(true)
  })

  test('a clock that is set back by an hour holds nothing up', async () => {
    const { ctx, clock, server, queue } = await start((_, attempt) =>
      attempt === 1 ? '451 later' : undefined,
    )
    await queue('ana@example.com')
    await sendDue(ctx)
    clock.advance(-hour)
    await queue('ben@example.com')
    await sendDue(ctx)
    clock.advance(15 * 60_000)
    await sendDue(ctx)
    expect(server.received.map(({ to }) => to).sort()).toEqual(['ana@example.com', 'ben@example.com'])
  })

  test('gives up after a hundred attempts', async () => {
    const { ctx, clock, rows, queue } = await start(() => '451 later')
    await queue('ana@example.com')
    for (let attempt = 0; attempt < 110; attempt += 1) {
      await sendDue(ctx)
      clock.advance(15 * 60_000)
    }
    expect(await rows()).toMatchObject([{ status: 'failed', attempts: 100, reason: '451 later' }])
  })

  test(`two instances send ${dialect === 'postgres' ? 200 : 40} messages, each once`, async () => {
    const { ctx, server, rows, queue, instance } = await start()
    const count = dialect === 'postgres' ? 200 : 40
    const addresses = Array.from({ length: count }, (_, i) => `user-${i}@example.com`)
    for (const to of addresses) await queue(to)
    const other = await instance()
    await Promise.all([sendDue(ctx), sendDue(other)])
    expect(server.received.map(({ to }) => to).sort()).toEqual(addresses.sort())
    expect((await rows()).every(({ status, attempts }) => status === 'sent' && attempts === 1)).toBe(true)
  }, 60_000)

  test('what an instance had claimed when it died is sent by another, once the lease is over', async () => {
    const { ctx, server, rows, queue, database } = await start()
    await queue('ana@example.com')
    const { claimMail } = await import('./store.ts')
    const now = ctx.clock.now()
    await claimMail(database.db, { lease: 'the dead', leaseMs: 60_000, now, farthest: now + hour })
    await sendDue(ctx)
    expect(server.received).toHaveLength(0)
    await database.db.updateTable('outbox').set({ leased_until: 1 }).execute()
    await sendDue(ctx)
    expect(server.received).toHaveLength(1)
    expect(await rows()).toMatchObject([{ status: 'sent', attempts: 2 }])
  })
})
