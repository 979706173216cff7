import type { Kysely } from 'kysely'

/** Passwords that somebody else chose, and that their users have to replace at the next sign-in; and accounts found by their
 * address, verified or not. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('credentials')
    .addColumn('must_change', 'integer', (c) => c.notNull().defaultTo(0))
    .execute()
  await db.schema.createIndex('users_email_key').on('users').column('email_key').execute()
}
