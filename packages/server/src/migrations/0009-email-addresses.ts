import type { Kysely } from 'kysely'

/** The address that takes the place of a verified one once it is verified itself. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('users').addColumn('pending_email', 'text').execute()
}
