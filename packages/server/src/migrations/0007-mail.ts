import { type Kysely, sql } from 'kysely'

/** Mail to be sent, written in the transaction that causes it, and what became of it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('outbox')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('message', 'text', (c) => c.notNull())
    .addColumn('locale', 'text', (c) => c.notNull())
    .addColumn('recipient', 'text', (c) => c.notNull())
    .addColumn('user_id', 'text', (c) => c.references('users.id').onDelete('cascade'))
    .addColumn('values_sealed', 'text')
    .addColumn('status', 'text', (c) => c.notNull())
    .addColumn('attempts', 'integer', (c) => c.notNull())
    .addColumn('due_at', 'bigint', (c) => c.notNull())
    .addColumn('lease', 'text')
    .addColumn('leased_until', 'bigint', (c) => c.notNull())
    .addColumn('reason', 'text')
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('done_at', 'bigint')
    .execute()
  await db.schema
    .createIndex('outbox_due')
    .on('outbox')
    .columns(['due_at', 'id'])
    .where(sql.ref('status'), '=', 'queued')
    .execute()
  await db.schema.createIndex('outbox_status').on('outbox').columns(['status', 'id']).execute()
  await db.schema.createIndex('outbox_of_user').on('outbox').column('user_id').execute()
}
