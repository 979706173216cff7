import { type Kysely, sql } from 'kysely'

/**
 * Chains the audit log: each entry has a number and a digest that covers the entry before it. What can be traced to a
 * person stands apart, so that it can be erased. Entries that are there already are chained by the first job that runs.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await addColumns(db)
  await sql`update audit_events set names = detail, detail = '{}' where action = 'user.deleted'`.execute(db)
  await db.schema
    .createIndex('audit_events_sequence')
    .on('audit_events')
    .column('sequence')
    .unique()
    .where(sql.ref('sequence'), 'is not', null)
    .execute()
  await db.schema
    .createIndex('audit_events_unchained')
    .on('audit_events')
    .column('id')
    .where(sql.ref('sequence'), 'is', null)
    .execute()
  await db.schema
    .createIndex('audit_events_of_grant')
    .on('audit_events')
    .columns(['grant_id', 'id'])
    .where(sql.ref('grant_id'), 'is not', null)
    .execute()

  await db.schema
    .createTable('audit_details')
    .addColumn('event_id', 'text', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('user_id', 'text')
    .addColumn('salt', 'text', (c) => c.notNull())
    .addColumn('content', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('audit_details_key', ['event_id', 'kind'])
    .execute()
  await db.schema.createIndex('audit_details_of_user').on('audit_details').column('user_id').execute()

  await db.schema
    .createTable('audit_chain')
    .addColumn('id', 'integer', (c) => c.primaryKey())
    .addColumn('sequence', 'bigint', (c) => c.notNull())
    .addColumn('digest', 'text')
    .execute()
  await sql`insert into audit_chain (id, sequence, digest) values (1, 0, null)`.execute(db)

  await db.schema
    .createTable('audit_checkpoints')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('sequence', 'bigint', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('signed', 'text', (c) => c.notNull())
    .execute()
  await db.schema
    .createIndex('audit_checkpoints_sequence')
    .on('audit_checkpoints')
    .columns(['sequence', 'kind'])
    .execute()
}

/** SQLite adds one column at a time. */
async function addColumns(db: Kysely<unknown>): Promise<void> {
  const table = db.schema.alterTable('audit_events')
  await table.addColumn('grant_id', 'text').execute()
  await table.addColumn('names', 'text').execute()
  await table.addColumn('sequence', 'bigint').execute()
  await table.addColumn('previous', 'text').execute()
  await table.addColumn('digest', 'text').execute()
  await table.addColumn('origin_digest', 'text').execute()
  await table.addColumn('names_digest', 'text').execute()
}
