import { describe, expect, test } from 'vitest'
import type { Context } from '../../context.ts'
import { type TestContext, testContext } from '../../testing/context.ts'
import { describeEachDatabase } from '../../testing/databases.ts'
import { ensureKeys, rotateKeys } from '../keys/index.ts'
import { readHead } from './chain-store.ts'
import { checkpointIfDue, signCheckpoint } from './checkpoints.ts'
import { chainEvents, eraseAuditDetails, listEvents, noteFailure, record, writeFailures } from './index.ts'
import { sweepAudit } from './retention.ts'
import { verifyAudit } from './verify.ts'

const day = 86_400_000
const from = { address: '192.0.2.7', userAgent: 'curl/8.1' }

async function add(ctx: Context, events: number, user = 'ana'): Promise<void> {
  for (let i = 0; i < events; i += 1) {
    const actor = { kind: 'user', id: user } as const
    const names = { username: `name of ${user}` }
    await record(ctx, { actor, action: 'user.updated', target: user, detail: { i }, names, from, grant: 's' })
  }
}

describeEachDatabase('the chain of the audit log', (open, dialect) => {
  const start = async (events = 0) => {
    const database = await open()
    const ctx: TestContext = testContext(database.db)
    await ensureKeys(ctx)
    await chainEvents(ctx)
    await add(ctx, events)
    await chainEvents(ctx)
    return { ...database, ctx }
  }
  /** A chain of 12 entries, with a checkpoint at 8. */
  const chained = async () => {
    const { ctx, db } = await start(8)
    const checkpoint = await signCheckpoint(ctx, 'state', await readHead(db))
    await add(ctx, 4)
    await chainEvents(ctx)
    return { ctx, db, checkpoint }
  }
  const problemOf = async (ctx: Context, checkpoints: string[] = []) =>
    (await verifyAudit(ctx, { checkpoints })).problem

  test('numbers every event without gaps, whoever wrote it, and verifies', async () => {
    const { ctx } = await start(5)
    noteFailure(ctx, { action: 'sign_in.failed', userId: 'ana', reason: 'wrong_credentials', from })
    await writeFailures(ctx)
    await add(ctx, 2, 'ben')
    await chainEvents(ctx)
    const sequences = async () =>
      (await listEvents(ctx, { limit: 100 })).items
        .map(({ sequence }) => sequence)
        .filter((sequence) => sequence !== null)
        .sort((one, other) => one - other)
    expect(await sequences()).toEqual([1, 2, 3, 4, 5, 6, 7])
    // refusals may still be counted for a quarter of an hour
    noteFailure(ctx, { action: 'sign_in.failed', userId: 'ana', reason: 'wrong_credentials', from })
    await writeFailures(ctx)
    ctx.clock.advance(17 * 60_000)
    await chainEvents(ctx)
    const { items } = await listEvents(ctx, { limit: 100 }, { action: 'sign_in.failed' })
    expect(items).toMatchObject([{ sequence: 8, count: 2, address: '192.0.2.7' }])
    expect(await verifyAudit(ctx)).toMatchObject({ entries: 8, first: 1, last: 8, problem: undefined })
  })

  test('shows an event the same before and after it is chained', async () => {
    const { ctx } = await start()
    await add(ctx, 1)
    const [before] = (await listEvents(ctx, { limit: 1 })).items
    await chainEvents(ctx)
    const [after] = (await listEvents(ctx, { limit: 1 })).items
    expect(before).toMatchObject({ sequence: null, address: '192.0.2.7', grant: 's' })
    expect(after).toEqual({ ...before, sequence: 1 })
    expect(after?.detail).toEqual({ i: 0, username: 'name of ana' })
  })

  describe('names the first entry that was', () => {
    const columns = {
      at: 1,
      actor: 'eve',
      action: 'user.deleted',
      target: null,
      detail: '{"i":7000}',
      grant_id: null,
      count: 3,
      last_at: 5,
    } as const
    test.each(Object.entries(columns))('changed in %s', async (column, value) => {
      const { ctx, db } = await chained()
      await db
        .updateTable('audit_events')
        .set({ [column]: value })
        .where('sequence', '=', 5)
        .execute()
      expect(await problemOf(ctx)).toMatchObject({ kind: 'changed', sequence: 5 })
    })

    test('changed together with its digest', async () => {
      const { ctx, db } = await chained()
      await forge(db, 5, { actor: 'eve' })
      expect(await problemOf(ctx)).toMatchObject({ kind: 'changed', sequence: 5 })
    })

    test('removed', async () => {
      const { ctx, db } = await chained()
      await db.deleteFrom('audit_events').where('sequence', '=', 3).execute()
      expect(await problemOf(ctx)).toMatchObject({ kind: 'removed', sequence: 3 })
      await db.deleteFrom('audit_events').where('sequence', '<', 5).execute()
      expect(await problemOf(ctx)).toMatchObject({ kind: 'removed', sequence: 1 })
    })

    test('swapped with another', async () => {
      const { ctx, db } = await chained()
      await swap(db, 4, 9)
      expect(await problemOf(ctx)).toMatchObject({ kind: 'moved', sequence: 4 })
    })

    test('removed, the others having moved up', async () => {
      const { ctx, db } = await chained()
      await db.deleteFrom('audit_events').where('sequence', '=', 3).execute()
      for (let at = 4; at <= 12; at += 1) {
        await db
          .updateTable('audit_events')
          .set({ sequence: at - 1 })
          .where('sequence', '=', at)
          .execute()
      }
      expect(await problemOf(ctx)).toMatchObject({ kind: 'moved', sequence: 3 })
    })

    test('cut off', async () => {
      const { ctx, db } = await chained()
      await db.deleteFrom('audit_events').where('sequence', '>=', 11).execute()
      expect(await problemOf(ctx)).toMatchObject({ kind: 'cut_off', sequence: 11 })
    })

    test('changed in its personal details', async () => {
      const { ctx, db } = await chained()
      const { id } = await db
        .selectFrom('audit_events')
        .select('id')
        .where('sequence', '=', 6)
        .executeTakeFirstOrThrow()
      await db
        .updateTable('audit_details')
        .set({ content: '{"address":"198.51.100.1","user_agent":null}' })
        .where('event_id', '=', id)
        .where('kind', '=', 'origin')
        .execute()
      expect(await problemOf(ctx)).toMatchObject({ kind: 'details_changed', sequence: 6 })
    })
  })

  test('a writer who cuts the end off and puts the head right is found by a checkpoint alone', async () => {
    const { ctx, db, checkpoint } = await chained()
    await db.deleteFrom('audit_events').where('sequence', '>=', 7).execute()
    const { digest } = await db
      .selectFrom('audit_events')
      .select('digest')
      .where('sequence', '=', 6)
      .executeTakeFirstOrThrow()
    await db.updateTable('audit_chain').set({ sequence: 6, digest }).execute()
    expect(await problemOf(ctx)).toMatchObject({ kind: 'cut_off', sequence: 7 })
    await db.deleteFrom('audit_checkpoints').execute()
    expect(await problemOf(ctx)).toBeUndefined()
    expect(await problemOf(ctx, [checkpoint])).toMatchObject({ kind: 'cut_off', sequence: 7 })
  })

  test('a chain that was written anew from some entry on is found by the next checkpoint', async () => {
    const { ctx, db, checkpoint } = await chained()
    await rewriteFrom(db, 5)
    expect(await problemOf(ctx)).toMatchObject({ kind: 'rewritten', sequence: 1 })
    await db.deleteFrom('audit_checkpoints').execute()
    expect(await problemOf(ctx)).toBeUndefined()
    expect(await problemOf(ctx, [checkpoint])).toMatchObject({ kind: 'rewritten', sequence: 1 })
  })

  test('a checkpoint counts only under a key that this server has sealed, and also after a rotation', async () => {
    const { ctx, db, checkpoint } = await chained()
    await rotateKeys(ctx, { use: 'audit' })
    ctx.clock.advance(400 * day)
    expect(await problemOf(ctx, [checkpoint])).toBeUndefined()
    const other = (await start(8)).ctx
    const foreign = await signCheckpoint(other, 'state', { sequence: 5, digest: 'made up' })
    await expect(verifyAudit(ctx, { checkpoints: [foreign] })).rejects.toMatchObject({
      code: 'checkpoint_invalid',
    })
    // the same, with the key put into the database
    const [key] = await other.db.selectFrom('keys').selectAll().where('use', '=', 'audit').execute()
    if (key === undefined) throw new Error('no key')
    const made = ctx.sealer.seal(Buffer.from('something else'), 'mail')
    await db
      .insertInto('keys')
      .values({ ...key, private_sealed: made })
      .execute()
    ctx.instance.keys.forget()
    await expect(verifyAudit(ctx, { checkpoints: [foreign] })).rejects.toThrow()
  })

  test('erasing a person’s details leaves the chain whole, and none of their values in the database', async () => {
    const { ctx, db } = await start(3)
    await add(ctx, 2, 'ben')
    await chainEvents(ctx)
    await add(ctx, 1)
    await eraseAuditDetails(ctx, 'ana')
    await chainEvents(ctx)
    const rows = [
      await db.selectFrom('audit_events').selectAll().execute(),
      await db.selectFrom('audit_details').selectAll().execute(),
    ]
    expect(JSON.stringify(rows)).not.toContain('name of ana')
    expect(JSON.stringify(rows)).toContain('name of ben')
    const { items } = await listEvents(ctx, { limit: 10 }, { actor: 'ana' })
    expect(items).toHaveLength(4)
    for (const item of items) expect(item).toMatchObject({ address: null, userAgent: null })
    expect(await verifyAudit(ctx)).toMatchObject({ entries: 6, erased: 3, problem: undefined })
  })

  test('deletes expired entries from the start, and can still be verified; a cut that nobody signed is found', async () => {
    const { ctx, db } = await start(10)
    ctx.clock.advance(399 * day)
    await add(ctx, 5)
    await chainEvents(ctx)
    await checkpointIfDue(ctx)
    await sweepAudit(ctx)
    expect(await verifyAudit(ctx)).toMatchObject({ entries: 15, first: 1 })
    ctx.clock.advance(2 * day)
    await sweepAudit(ctx)
    expect(await verifyAudit(ctx)).toMatchObject({ entries: 5, first: 11, last: 15, problem: undefined })
    expect(await db.selectFrom('audit_details').selectAll().execute()).toHaveLength(10)
    await db.deleteFrom('audit_events').where('sequence', '=', 11).execute()
    expect(await problemOf(ctx)).toMatchObject({ kind: 'removed', sequence: 1 })
    await add(ctx, 1)
    await chainEvents(ctx)
  })

  test('a log whose entries have all expired verifies, and goes on where it was', async () => {
    const { ctx } = await start(4)
    ctx.clock.advance(401 * day)
    await sweepAudit(ctx)
    expect(await verifyAudit(ctx)).toMatchObject({ entries: 0, problem: undefined })
    await add(ctx, 1)
    await chainEvents(ctx)
    expect(await verifyAudit(ctx)).toMatchObject({ entries: 1, first: 5, problem: undefined })
  })

  test('checkpoints are signed once a minute at most, when the chain has grown, and thinned out to one a day', async () => {
    const { ctx, db } = await start(2)
    const count = async () => (await db.selectFrom('audit_checkpoints').select('id').execute()).length
    await checkpointIfDue(ctx)
    await checkpointIfDue(ctx)
    expect(await count()).toBe(1)
    for (let i = 0; i < 5; i += 1) {
      ctx.clock.advance(60_000)
      await add(ctx, 1)
      await chainEvents(ctx)
      await checkpointIfDue(ctx)
    }
    expect(await count()).toBe(6)
    ctx.clock.advance(3 * day)
    await add(ctx, 1)
    await chainEvents(ctx)
    await checkpointIfDue(ctx)
    expect(await count()).toBeLessThanOrEqual(3)
    expect(await verifyAudit(ctx)).toMatchObject({ entries: 8, problem: undefined })
  })

  test('two instances that write and chain at once keep one chain', async () => {
    const { connect, ctx } = await start()
    const instances = [ctx, testContext(await connect(), { clock: ctx.clock })]
    await Promise.all(
      instances.map(async (instance, i) => {
        for (let round = 0; round < 10; round += 1) {
          await add(instance, 5, `user${i}`)
          await chainEvents(instance)
        }
      }),
    )
    await chainEvents(ctx)
    expect(await verifyAudit(ctx)).toMatchObject({ entries: 100, first: 1, last: 100, problem: undefined })
  })

  test.each([1, 2, 3, 4, 5, 6, 7, 8])('finds random tampering, seed %i', async (seed) => {
    const { ctx, db } = await start(20)
    const random = mulberry(seed * 7919 + (dialect === 'postgres' ? 1 : 0))
    const pick = () => 1 + Math.floor(random() * 20)
    for (let round = 0; round < 4; round += 1) {
      const [at, other] = [pick(), pick()]
      const kind = ['edit', 'remove', 'swap', 'truncate'][Math.floor(random() * 4)]
      if (kind === 'swap' && at === other) continue
      const saved = await db.selectFrom('audit_events').selectAll().execute()
      if (kind === 'edit') await forgePlainly(db, at)
      if (kind === 'remove') await db.deleteFrom('audit_events').where('sequence', '=', at).execute()
      if (kind === 'swap') await swap(db, at, other)
      if (kind === 'truncate') await db.deleteFrom('audit_events').where('sequence', '>=', at).execute()
      const first = kind === 'swap' ? Math.min(at, other) : at
      expect(await problemOf(ctx), `${kind} ${at} ${other}`).toMatchObject({ sequence: first })
      await db.deleteFrom('audit_events').execute()
      await db.insertInto('audit_events').values(saved).execute()
      expect(await problemOf(ctx)).toBeUndefined()
    }
  })
})

type Db = Context['db']

async function forgePlainly(db: Db, sequence: number): Promise<void> {
  await db.updateTable('audit_events').set({ detail: '{"i":-1}' }).where('sequence', '=', sequence).execute()
}

/** Changes an entry and computes its digest anew. */
async function forge(db: Db, sequence: number, values: { actor: string }): Promise<void> {
  const { digestOfEntry } = await import('./entry.ts')
  const row = await db
    .updateTable('audit_events')
    .set(values)
    .where('sequence', '=', sequence)
    .returningAll()
    .executeTakeFirstOrThrow()
  const digest = digestOfEntry(row, { sequence, previous: row.previous })
  await db.updateTable('audit_events').set({ digest }).where('sequence', '=', sequence).execute()
}

/** Changes an entry and writes all that follow, and the head, so that the chain is whole. */
async function rewriteFrom(db: Db, sequence: number): Promise<void> {
  await forge(db, sequence, { actor: 'eve' })
  const { digestOfEntry } = await import('./entry.ts')
  const rows = await db
    .selectFrom('audit_events')
    .selectAll()
    .where('sequence', '>=', sequence)
    .orderBy('sequence')
    .execute()
  let previous = rows[0]?.digest ?? null
  for (const row of rows.slice(1)) {
    const place = { sequence: row.sequence ?? 0, previous }
    const digest = digestOfEntry(row, place)
    await db.updateTable('audit_events').set({ previous, digest }).where('id', '=', row.id).execute()
    previous = digest
  }
  await db.updateTable('audit_chain').set({ digest: previous }).execute()
}

async function swap(db: Db, one: number, other: number): Promise<void> {
  const move = (from: number, to: number) =>
    db.updateTable('audit_events').set({ sequence: to }).where('sequence', '=', from).execute()
  await move(one, -1)
  await move(other, one)
  await move(-1, other)
}

function mulberry(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
