import { sql } from 'kysely'
import type { Context } from '../context.ts'
import { asUnavailable, DatabaseUnavailable } from '../db/errors.ts'

/** Checks that the database answers. @throws DatabaseUnavailable, DatabaseBusy */
export async function assertReady(ctx: Context): Promise<void> {
  try {
    await sql`select 1`.execute(ctx.db)
  } catch (error) {
    throw asUnavailable(error) ?? new DatabaseUnavailable(error)
  }
}
