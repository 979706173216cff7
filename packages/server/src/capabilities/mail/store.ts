import { sql } from 'kysely'
import type { Executor } from '../../platform/db/executor.ts'
import { skipLocked } from '../../platform/db/locks.ts'
import { databaseNow } from '../../platform/db/time.ts'
import type { MailStatus, OutboxTable } from './schema.ts'

export async function insertMail(db: Executor, row: OutboxTable): Promise<void> {
  await db.insertInto('outbox').values(row).execute()
}

/** The messages that are about an account, after the one with id `after`, oldest first. */
export async function mailOf(
  db: Executor,
  userId: string,
  after: string,
  limit: number,
): Promise<OutboxTable[]> {
  return db
    .selectFrom('outbox')
    .selectAll()
    .where('user_id', '=', userId)
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit)
    .execute()
}

/** Deletes every message to an address, sent or not. */
export async function deleteMailTo(db: Executor, recipient: string): Promise<void> {
  await db.deleteFrom('outbox').where('recipient', '=', recipient).execute()
}

export interface Claim {
  /** Names the sender for the time of the lease. */
  readonly lease: string
  /** Milliseconds, by the database's clock: however wrong those of the instances are, a lease is one. */
  readonly leaseMs: number
  readonly now: number
  /** What is due later than that is due now: no attempt is put off so far, so that the clock was set back. */
  readonly farthest: number
}

/** Takes the message that has been due for longest, for as long as the lease; nobody else gets it meanwhile. */
export async function claimMail(db: Executor, claim: Claim): Promise<OutboxTable | undefined> {
  const { lease, leaseMs, now, farthest } = claim
  const due = db
    .selectFrom('outbox')
    .select('id')
    .where('status', '=', 'queued')
    .where((eb) => eb.or([eb('due_at', '<=', now), eb('due_at', '>', farthest)]))
    .where('leased_until', '<', databaseNow(db))
    .orderBy('due_at')
    .orderBy('id')
    .limit(1)
    .$call(skipLocked(db))
  return db
    .updateTable('outbox')
    .set((eb) => ({
      lease,
      leased_until: sql<number>`${databaseNow(db)} + ${leaseMs}`,
      attempts: eb('attempts', '+', 1),
    }))
    .where('id', '=', due)
    .returningAll()
    .executeTakeFirst()
}

export type Settlement =
  | { readonly status: 'sent'; readonly values_sealed: null; readonly reason: null; readonly done_at: number }
  | { readonly status: 'failed'; readonly reason: string; readonly done_at: number }
  | { readonly status: 'queued'; readonly reason: string; readonly due_at: number }

/** Ends a claim; false if the lease had run out, and somebody else has the message. */
export async function settleMail(
  db: Executor,
  { id, lease }: Pick<OutboxTable, 'id' | 'lease'>,
  settlement: Settlement,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('outbox')
    .set({ ...settlement, lease: null, leased_until: 0 })
    .where('id', '=', id)
    .where('lease', '=', lease)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

export async function deleteMail(db: Executor, id: string): Promise<void> {
  await db.deleteFrom('outbox').where('id', '=', id).execute()
}

/** Deletes at most `limit` messages that were done with before `before`. */
export async function deleteDone(db: Executor, before: number, limit: number): Promise<void> {
  const old = db
    .selectFrom('outbox')
    .select('id')
    .where('status', '!=', 'queued')
    .where('done_at', '<', before)
    .limit(limit)
  await db.deleteFrom('outbox').where('id', 'in', old).execute()
}

/** Deletes the messages of the mailbox but the newest `keep`. */
export async function trimMailbox(db: Executor, keep: number): Promise<void> {
  const old = db
    .selectFrom('outbox')
    .select('id')
    .where('status', '=', 'kept')
    .orderBy('id', 'desc')
    .limit(1_000)
    .offset(keep)
  await db.deleteFrom('outbox').where('id', 'in', old).execute()
}

/** Which messages are asked for. */
export interface MailFilter {
  readonly status?: MailStatus | undefined
}

/** Messages before the one with id `before` (all, without it), newest first; without what they say. */
export async function mailBefore(
  db: Executor,
  { status }: MailFilter,
  before: string | undefined,
  limit: number,
): Promise<OutboxTable[]> {
  let query = db.selectFrom('outbox').selectAll().orderBy('id', 'desc').limit(limit)
  if (before !== undefined) query = query.where('id', '<', before)
  if (status !== undefined) query = query.where('status', '=', status)
  return query.execute()
}

export async function findMail(db: Executor, id: string): Promise<OutboxTable | undefined> {
  return db.selectFrom('outbox').selectAll().where('id', '=', id).executeTakeFirst()
}

/** Queues a message that was given up, or is waiting, to be sent now; false if it is none of these or being sent. */
export async function requeueMail(db: Executor, id: string, now: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('outbox')
    .set({ status: 'queued', attempts: 0, due_at: now, done_at: null, reason: null })
    .where('id', '=', id)
    .where('status', 'in', ['failed', 'queued'])
    .where('values_sealed', 'is not', null)
    .where('leased_until', '<', databaseNow(db))
    .executeTakeFirst()
  return numUpdatedRows > 0n
}
