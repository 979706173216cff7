import type { Kysely } from 'kysely'

/** What was sent to somebody, or handed out, and comes back once: links, codes, sign-ins that lack a step. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('challenges')
    .addColumn('id_digest', 'text', (c) => c.primaryKey())
    .addColumn('token_digest', 'text', (c) => c.notNull().unique())
    .addColumn('code_digest', 'text')
    .addColumn('purpose', 'text', (c) => c.notNull())
    .addColumn('subject', 'text', (c) => c.notNull())
    .addColumn('payload_sealed', 'text', (c) => c.notNull())
    .addColumn('tries_left', 'integer', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .addColumn('ended_at', 'bigint')
    .execute()
  await db.schema
    .createIndex('challenges_of_subject')
    .on('challenges')
    .columns(['subject', 'purpose', 'created_at'])
    .execute()
  await db.schema.createIndex('challenges_expiry').on('challenges').column('expires_at').execute()
}
