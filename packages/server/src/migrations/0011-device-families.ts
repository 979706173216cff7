import { type Kysely, sql } from 'kysely'

/** What sessions of one device have in common, so that one look into an index tells a new device from a known one. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('sessions').addColumn('device_family', 'text').execute()
  await describeExisting(db as Kysely<Described>)
  await db.schema.dropIndex('sessions_of_user_from').execute()
  await db.schema
    .createIndex('sessions_of_user_from')
    .on('sessions')
    .columns(['user_id', 'network', 'device_family'])
    .execute()
}

interface Described {
  sessions: { device: string; device_family: string | null }
  device_families: { device: string; family: string }
}

/** There are far fewer devices than sessions: each is described once. */
async function describeExisting(db: Kysely<Described>): Promise<void> {
  await db.schema
    .createTable('device_families')
    .addColumn('device', 'text', (c) => c.primaryKey())
    .addColumn('family', 'text', (c) => c.notNull())
    .execute()
  const devices = await db.selectFrom('sessions').select('device').distinct().execute()
  for (let start = 0; start < devices.length; start += 500) {
    const rows = devices.slice(start, start + 500).map(({ device }) => ({ device, family: familyOf(device) }))
    await db.insertInto('device_families').values(rows).execute()
  }
  await sql`update sessions set device_family =
    (select family from device_families where device_families.device = sessions.device)`.execute(db)
  await db.schema.dropTable('device_families').execute()
}

/** Browser and system, without their versions. */
function familyOf(device: string): string {
  const { browser, os } = JSON.parse(device) as { browser?: string | null; os?: string | null }
  return [browser, os].map((name) => name?.replace(/ [\d.]+$/, '') ?? '').join('\n')
}
