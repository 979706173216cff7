import type { Kysely } from 'kysely'

/** Attempts to sign in or up, counted for all instances alike. The columns are those that the library writes. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('throttle_attempts')
    .addColumn('key', 'varchar(255)', (c) => c.primaryKey())
    .addColumn('points', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('expire', 'bigint')
    .execute()
  await db.schema.createIndex('throttle_attempts_expire').on('throttle_attempts').column('expire').execute()
}
