import { sql } from 'kysely'
import type { PlatformContext } from '../context.ts'
import { asUnavailable, DatabaseUnavailable } from '../db/errors.ts'

/** Checks that the database answers. @throws DatabaseUnavailable, DatabaseBusy */
export async function assertReady({ db }: Pick<PlatformContext, 'db'>): Promise<void> {
  try {
    await sql`select 1`.execute(db)
  } catch (error) {
    throw asUnavailable(error) ?? new DatabaseUnavailable(error)
  }
}
