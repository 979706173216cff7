import type { Kysely } from 'kysely'

/**
 * Devices that signed in, known by the digest of a token that they keep; and the network that a session was opened
 * from, by which an address counts as known.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('known_devices')
    .addColumn('digest', 'text', (c) => c.primaryKey())
    .addColumn('user_id', 'text', (c) => c.notNull().references('users.id').onDelete('cascade'))
    .addColumn('last_used_at', 'bigint', (c) => c.notNull())
    .addColumn('presented', 'integer', (c) => c.notNull())
    .execute()
  await db.schema.createIndex('known_devices_of_user').on('known_devices').column('user_id').execute()
  await db.schema.createIndex('known_devices_last_use').on('known_devices').column('last_used_at').execute()

  await db.schema.alterTable('sessions').addColumn('network', 'text').execute()
  // an IPv4 address is a network of its own; what IPv6 addresses belong to shows at the next sign-in
  await sessions(db)
    .updateTable('sessions')
    .set((eb) => ({ network: eb.ref('address') }))
    .where('address', 'not like', '%:%')
    .execute()
  await db.schema
    .createIndex('sessions_of_user_from')
    .on('sessions')
    .columns(['user_id', 'network'])
    .execute()
}

const sessions = (
  db: Kysely<unknown>,
): Kysely<{ sessions: { address: string | null; network: string | null } }> => db as never
