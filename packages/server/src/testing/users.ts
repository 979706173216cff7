import type { Context } from '../context.ts'
import { newId } from '../platform/crypto/ids.ts'

/** Adds a user with nothing but a name, for tests below accounts; returns the id. */
export async function addUser(ctx: Context, username = 'ana'): Promise<string> {
  const id = newId(ctx.clock)
  const now = ctx.clock.now()
  const row = {
    id,
    username,
    username_folded: username,
    username_key: username,
    email: null,
    email_key: null,
    email_verified_at: null,
    pending_email: null,
    disabled_at: null,
    created_at: now,
    updated_at: now,
  }
  await ctx.db.insertInto('users').values(row).execute()
  return id
}
