import { sql } from 'kysely'
import { beforeAll, expect, test } from 'vitest'
import type { Actor, Context } from '../../../context.ts'
import { describeEachDatabase, type TestDatabase } from '../../../testing/databases.ts'
import { mailTo, tokenIn } from '../../../testing/mail.ts'
import { type TestServer, testServer } from '../../../testing/server.ts'
import { untilSomebodyWaits } from '../../../testing/waiting.ts'
import { getUser, updateUser } from '../index.ts'
import { undoEmailChange } from './undo.ts'
import { takeAddress, verifyEmail } from './verify.ts'

const system: Actor = { kind: 'system' }

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'done'
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error)
  }
}

describeEachDatabase('an address that two want at once', (open, dialect) => {
  let database: TestDatabase
  let server: TestServer
  let elsewhere: Context
  beforeAll(async () => {
    database = await open()
    server = await testServer(database.db)
    elsewhere = { ...server.ctx, db: await database.connect() }
    await sql`select 1`.execute(elsewhere.db)
  })

  const person = async () => server.member(`person${Math.random()}`)
  const claim = (token: string, email: string | null) =>
    server.request('PATCH', '/users/me', { token, body: { email } })
  const link = async (address: string) => {
    const mail = (await mailTo(server.ctx, address)).at(-1)
    return mail === undefined ? '' : tokenIn(mail)
  }

  /** Does `first` in a transaction that stays open until `second`, on another connection, waits for it. */
  async function overlap(
    first: (ctx: Context) => Promise<unknown>,
    second: (ctx: Context) => Promise<unknown>,
  ) {
    const { waiting } = await database.db.transaction().execute(async (db) => {
      await first({ ...server.ctx, db })
      const waiting = codeOf(second(elsewhere))
      if (dialect === 'postgres') await untilSomebodyWaits(db)
      return { waiting }
    })
    return waiting
  }

  test('goes to one of two who verify it', async () => {
    const [ana, ben] = [await person(), await person()]
    const address = { email: 'Both@example.com', key: 'both@example.com' }
    const code = await overlap(
      (ctx) => takeAddress(ctx, ana.id, address),
      (ctx) => takeAddress(ctx, ben.id, address),
    )
    expect(code).toBe('email_taken')
    expect(await getUser(server.ctx, ana.id)).toMatchObject({ emailVerified: true })
    expect(await getUser(server.ctx, ben.id)).toMatchObject({ email: null })
  })

  test('goes to one of two whose links are opened at once', async () => {
    const people = await Promise.all(Array.from({ length: 6 }, person))
    const links: string[] = []
    for (const { token } of people) {
      await claim(token, 'popular@example.com')
      links.push(await link('popular@example.com'))
    }
    const outcomes = await Promise.all(
      links.map((token, i) => codeOf(verifyEmail(i % 2 === 0 ? server.ctx : elsewhere, { token }))),
    )
    expect(outcomes.toSorted()).toEqual(['done', ...Array(5).fill('email_taken')])
  })

  test('is verified by one of 50 who open its link at once', async () => {
    const { token } = await person()
    await claim(token, 'once@example.com')
    const proof = { token: await link('once@example.com') }
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, (_, i) => codeOf(verifyEmail(i % 2 === 0 ? server.ctx : elsewhere, proof))),
    )
    expect(outcomes.toSorted()).toEqual(['done', ...Array(49).fill('invalid_challenge')])
    const events = await server.ctx.db
      .selectFrom('audit_events')
      .select('id')
      .where('action', '=', 'email.verified')
      .where('target', '=', (await server.request('GET', '/users/me', { token })).body.id)
      .execute()
    expect(events).toHaveLength(1)
  })

  test('is not verified for an account that gives it up meanwhile', async () => {
    const { id, token } = await person()
    await claim(token, 'fleeting@example.com')
    const proof = { token: await link('fleeting@example.com') }
    const code = await overlap(
      (ctx) => updateUser(ctx, system, id, { email: 'other@example.com' }),
      (ctx) => verifyEmail(ctx, proof),
    )
    expect(code).toBe('invalid_challenge')
    expect(await getUser(server.ctx, id)).toMatchObject({ email: 'other@example.com', emailVerified: false })
  })

  test('comes back to its former owner whatever is changed meanwhile', async () => {
    const { id, token } = await person()
    for (const email of ['former@example.com', 'later@example.com']) {
      await claim(token, email)
      await verifyEmail(server.ctx, { token: await link(email) })
    }
    const undo = await link('former@example.com')
    const code = await overlap(
      (ctx) => updateUser(ctx, system, id, { email: 'latest@example.com' }),
      (ctx) => undoEmailChange(ctx, undo),
    )
    expect(code).toBe('done')
    expect(await getUser(server.ctx, id)).toMatchObject({ email: 'former@example.com', emailVerified: true })
  })
})
