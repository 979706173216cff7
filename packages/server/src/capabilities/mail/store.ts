import type { Executor } from '../../platform/db/executor.ts'
import type { OutboxTable } from './schema.ts'

export async function insertMail(db: Executor, row: OutboxTable): Promise<void> {
  await db.insertInto('outbox').values(row).execute()
}
