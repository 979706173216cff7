import { type Kysely, sql } from 'kysely'

/** What is revoked until the last token that it concerns has expired, and the place that the feed has come to. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('revocations')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('seq', 'bigint', (c) => c.unique())
    .addColumn('type', 'text', (c) => c.notNull())
    .addColumn('digest', 'text', (c) => c.notNull())
    .addColumn('cuts', 'text', (c) => c.notNull())
    .addColumn('kid', 'text')
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .execute()
  await db.schema
    .createIndex('revocations_unplaced')
    .on('revocations')
    .column('id')
    .where(sql.ref('seq'), 'is', null)
    .execute()
  await db.schema.createIndex('revocations_of').on('revocations').column('digest').execute()
  await db.schema.createIndex('revocations_expiry').on('revocations').column('expires_at').execute()

  await db.schema
    .createTable('revocation_feed')
    .addColumn('id', 'integer', (c) => c.primaryKey())
    .addColumn('seq', 'bigint', (c) => c.notNull())
    .execute()
  await sql`insert into revocation_feed (id, seq) values (1, 0)`.execute(db)
}
