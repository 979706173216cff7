import type { Selectable } from 'kysely'
import type { Executor } from '../../platform/db/executor.ts'
import { forUpdate } from '../../platform/db/locks.ts'
import { databaseNow } from '../../platform/db/time.ts'
import type { RefreshTokensTable } from './schema.ts'
import type { SessionRow } from './store.ts'

/** A refresh token as it stands, with the database's time of reading it. */
export type PresentedToken = Selectable<RefreshTokensTable> & { read_at: number }

/**
 * The session that a refresh token belongs to, locked until the transaction ends: refreshes of one session come one
 * after the other, and one that ends meanwhile is seen as ended.
 */
export async function lockSessionOfToken(db: Executor, digest: string): Promise<SessionRow | undefined> {
  return db
    .selectFrom('sessions')
    .selectAll()
    .where('id', '=', (eb) =>
      eb.selectFrom('refresh_tokens').select('session_id').where('digest', '=', digest),
    )
    .$call(forUpdate(db))
    .executeTakeFirst()
}

/** To be read after the session is locked, in a statement of its own: what another refresh committed must be seen. */
export async function readToken(db: Executor, digest: string): Promise<PresentedToken | undefined> {
  return db
    .selectFrom('refresh_tokens')
    .selectAll()
    .select(databaseNow(db).as('read_at'))
    .where('digest', '=', digest)
    .executeTakeFirst()
}

export async function insertToken(db: Executor, digest: string, sessionId: string): Promise<void> {
  await db
    .insertInto('refresh_tokens')
    .values({
      digest,
      session_id: sessionId,
      created_at: databaseNow(db),
      used_at: null,
      successor_sealed: null,
    })
    .execute()
}

/**
 * Records that a token was replaced, now, by the one that is sealed here, and erases what earlier tokens of the session
 * hold sealed: the successor was used, so no honest client lacks it.
 */
export async function markUsed(
  db: Executor,
  { digest, sessionId, successorSealed }: { digest: string; sessionId: string; successorSealed: string },
): Promise<void> {
  await db
    .updateTable('refresh_tokens')
    .set((eb) => ({
      used_at: eb.case().when('digest', '=', digest).then(databaseNow(db)).else(eb.ref('used_at')).end(),
      successor_sealed: eb.case().when('digest', '=', digest).then(successorSealed).else(null).end(),
    }))
    .where('session_id', '=', sessionId)
    .where((eb) => eb.or([eb('digest', '=', digest), eb('successor_sealed', 'is not', null)]))
    .execute()
}

/** Erases sealed successors that were there for longer than `age` milliseconds; nothing may open them any more. */
export async function eraseOldSuccessors(db: Executor, age: number): Promise<void> {
  await db
    .updateTable('refresh_tokens')
    .set({ successor_sealed: null })
    .where('successor_sealed', 'is not', null)
    .where('used_at', '<', (eb) => eb(databaseNow(db), '-', age))
    .execute()
}
