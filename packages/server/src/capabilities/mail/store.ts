import type { Executor } from '../../platform/db/executor.ts'
import type { OutboxTable } from './schema.ts'

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
