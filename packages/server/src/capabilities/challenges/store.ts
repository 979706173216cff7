import type { Selectable } from 'kysely'
import type { Executor } from '../../platform/db/executor.ts'
import type { ChallengesTable } from './schema.ts'

export type ChallengeRow = Selectable<ChallengesTable>

/** Which challenge is meant: by the digest of its id, or of the token in its link. */
export type ChallengeKey =
  | { readonly column: 'id_digest'; readonly digest: string }
  | { readonly column: 'token_digest'; readonly digest: string }

export async function insertChallenge(db: Executor, row: ChallengeRow): Promise<void> {
  await db.insertInto('challenges').values(row).execute()
}

export async function findChallenge(
  db: Executor,
  purpose: string,
  { column, digest }: ChallengeKey,
): Promise<ChallengeRow | undefined> {
  return db
    .selectFrom('challenges')
    .selectAll()
    .where(column, '=', digest)
    .where('purpose', '=', purpose)
    .executeTakeFirst()
}

/**
 * Takes one of the tries that a challenge has left, and gives it as it is then. Whoever else tries waits until the
 * transaction ends, and then finds it used; undefined if it has ended.
 */
export async function takeTry(db: Executor, idDigest: string): Promise<ChallengeRow | undefined> {
  return db
    .updateTable('challenges')
    .set((eb) => ({ tries_left: eb('tries_left', '-', 1) }))
    .where('id_digest', '=', idDigest)
    .where('ended_at', 'is', null)
    .returningAll()
    .executeTakeFirst()
}

export async function endChallenge(db: Executor, idDigest: string, now: number): Promise<void> {
  await db
    .updateTable('challenges')
    .set({ ended_at: now })
    .where('id_digest', '=', idDigest)
    .where('ended_at', 'is', null)
    .execute()
}

/** A subject's challenges of one purpose, newest first, those that are over included until they are swept. */
export async function challengesOf(db: Executor, purpose: string, subject: string): Promise<ChallengeRow[]> {
  return db
    .selectFrom('challenges')
    .selectAll()
    .where('purpose', '=', purpose)
    .where('subject', '=', subject)
    .orderBy('created_at', 'desc')
    .orderBy('id_digest')
    .limit(100)
    .execute()
}

export async function deleteChallenges(db: Executor, idDigests: readonly string[]): Promise<void> {
  if (idDigests.length === 0) return
  await db.deleteFrom('challenges').where('id_digest', 'in', idDigests).execute()
}

/** Which purposes are meant; all by default. */
export type Purposes<P = string> = { readonly only: readonly P[] } | { readonly except: readonly P[] }

/** Ends what is open of a subject. */
export async function endChallengesOf(
  db: Executor,
  subject: string,
  purposes: Purposes,
  now: number,
): Promise<void> {
  const query = db
    .updateTable('challenges')
    .set({ ended_at: now })
    .where('subject', '=', subject)
    .where('ended_at', 'is', null)
  await ('only' in purposes
    ? query.where('purpose', 'in', purposes.only)
    : query.where('purpose', 'not in', ['', ...purposes.except])
  ).execute()
}

/** Deletes everything of a subject. */
export async function deleteChallengesOf(db: Executor, subject: string): Promise<void> {
  await db.deleteFrom('challenges').where('subject', '=', subject).execute()
}

/** Deletes at most `limit` challenges that ended before `now`, or were made after `future`; gives their number. */
export async function deleteExpired(
  db: Executor,
  now: number,
  future: number,
  limit: number,
): Promise<number> {
  const expired = db
    .selectFrom('challenges')
    .select('id_digest')
    .where((eb) => eb.or([eb('expires_at', '<=', now), eb('created_at', '>', future)]))
    .limit(limit)
  const { numDeletedRows } = await db
    .deleteFrom('challenges')
    .where('id_digest', 'in', expired)
    .executeTakeFirst()
  return Number(numDeletedRows)
}

/** The challenges of some subjects, newest first; there are few. */
export async function allChallengesOf(db: Executor, subjects: readonly string[]): Promise<ChallengeRow[]> {
  return db
    .selectFrom('challenges')
    .selectAll()
    .where('subject', 'in', subjects)
    .orderBy('created_at', 'desc')
    .orderBy('id_digest')
    .limit(1000)
    .execute()
}
