import { type Kysely, sql } from 'kysely'

/** Where an audit event came from, and failures: counted in one row for each quarter of an hour and what they share. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await addColumns(db)
  // failures of the same kind in the same period share a row; what was done has one of its own
  await db.schema
    .createIndex('audit_events_tally')
    .on('audit_events')
    .columns(['period', 'tally_key'])
    .unique()
    .where(sql.ref('period'), 'is not', null)
    .execute()
  await db.schema.createIndex('audit_events_of_actor').on('audit_events').columns(['actor', 'id']).execute()
  await db.schema.createIndex('audit_events_of_target').on('audit_events').columns(['target', 'id']).execute()
  await db.schema.createIndex('audit_events_at').on('audit_events').column('at').execute()
}

/** SQLite adds one column at a time. */
async function addColumns(db: Kysely<unknown>): Promise<void> {
  const table = db.schema.alterTable('audit_events')
  await table.addColumn('address', 'text').execute()
  await table.addColumn('user_agent', 'text').execute()
  await table.addColumn('count', 'integer', (c) => c.notNull().defaultTo(1)).execute()
  await table.addColumn('last_at', 'bigint').execute()
  await table.addColumn('period', 'bigint').execute()
  await table.addColumn('tally_key', 'text').execute()
}
