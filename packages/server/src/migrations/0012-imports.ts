import { type Kysely, sql } from 'kysely'

/**
 * Users that come from another product: how far each file is imported, what was refused, which account was which; their
 * password hashes, which cost what that product chose; and tokens of the application before, each good for one exchange.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('credentials').addColumn('foreign_cost', 'text').execute()
  // few or none, so that counting them costs next to nothing
  await db.schema
    .createIndex('credentials_foreign_cost')
    .on('credentials')
    .column('foreign_cost')
    .where(sql.ref('foreign_cost'), 'is not', null)
    .execute()

  await db.schema
    .createTable('imports')
    .addColumn('digest', 'text', (c) => c.primaryKey())
    .addColumn('path', 'text', (c) => c.notNull())
    .addColumn('options', 'text', (c) => c.notNull())
    .addColumn('position', 'bigint', (c) => c.notNull())
    .addColumn('imported', 'bigint', (c) => c.notNull())
    .addColumn('existing', 'bigint', (c) => c.notNull())
    .addColumn('refused', 'bigint', (c) => c.notNull())
    .addColumn('started_at', 'bigint', (c) => c.notNull())
    .addColumn('finished_at', 'bigint')
    .execute()
  await db.schema.createIndex('imports_of_path').on('imports').column('path').execute()
  await db.schema
    .createTable('import_refusals')
    .addColumn('digest', 'text', (c) => c.notNull().references('imports.digest').onDelete('cascade'))
    .addColumn('position', 'bigint', (c) => c.notNull())
    .addColumn('line', 'bigint', (c) => c.notNull())
    .addColumn('field', 'text', (c) => c.notNull())
    .addColumn('code', 'text', (c) => c.notNull())
    .addColumn('detail', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('import_refusals_pk', ['digest', 'position'])
    .execute()

  await db.schema
    .createTable('imported_users')
    .addColumn('source', 'text', (c) => c.notNull())
    .addColumn('foreign_id', 'text', (c) => c.notNull())
    .addColumn('user_id', 'text', (c) => c.notNull().references('users.id').onDelete('cascade'))
    .addColumn('imported_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('imported_users_pk', ['foreign_id', 'source'])
    .execute()
  await db.schema.createIndex('imported_users_of_user').on('imported_users').column('user_id').execute()

  await db.schema
    .createTable('exchanged_tokens')
    .addColumn('digest', 'text', (c) => c.primaryKey())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .execute()
  await db.schema.createIndex('exchanged_tokens_expiry').on('exchanged_tokens').column('expires_at').execute()
}
