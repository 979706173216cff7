import type { Context } from '../../context.ts'
import type { DataSubject } from '../../personal-data.ts'
import { insertErasure } from './deletion/store.ts'
import { findById, removeUser, type UserRow } from './store.ts'

/** The person whose account it is, as other capabilities may know them. */
export async function findSubject(ctx: Context, userId: string): Promise<DataSubject | undefined> {
  const row = await findById(ctx.db, userId)
  return row && subjectOf(row)
}

const subjectOf = ({ id, email, email_key }: UserRow): DataSubject => ({ id, email, emailKey: email_key })

/** Erases everything that is held about a user, in the transaction that `ctx` is: each capability's part, then the account. */
export async function eraseUser(ctx: Context, row: UserRow): Promise<void> {
  for (const { erase } of await ctx.instance.personalData()) await erase?.(ctx, subjectOf(row))
  await insertErasure(ctx.db, row.id, ctx.clock.now())
  await removeUser(ctx.db, row.id)
}
