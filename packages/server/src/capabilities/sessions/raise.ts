import type { Context } from '../../context.ts'
import { record } from '../audit/index.ts'
import type { Session } from './schema.ts'
import { raiseSession, toSession } from './store.ts'

/** What the user of a session has proven anew. */
export interface ProvenAnew {
  readonly acr: string
  readonly amr: readonly string[]
}

/**
 * Writes down that a session's user has proven who they are again, now; its next tokens say so. In the transaction that
 * `ctx` is; undefined for a session that has ended.
 */
export async function stepUpSession(
  ctx: Context,
  id: string,
  { acr, amr }: ProvenAnew,
): Promise<Session | undefined> {
  const row = await raiseSession(ctx.db, id, { acr, amr: JSON.stringify(amr), auth_time: ctx.clock.now() })
  if (row === undefined) return undefined
  const actor = { kind: 'user', id: row.user_id } as const
  const detail = { session: id, acr, amr }
  await record(ctx, { actor, action: 'session.stepped_up', target: row.user_id, detail })
  return toSession(row)
}
