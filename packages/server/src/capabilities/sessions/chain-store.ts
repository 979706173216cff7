import type { Selectable } from 'kysely'
import { canChangeWithin } from '../../platform/db/abilities.ts'
import type { Executor } from '../../platform/db/executor.ts'
import { forUpdate } from '../../platform/db/locks.ts'
import { prepared } from '../../platform/db/prepared.ts'
import { databaseNow } from '../../platform/db/time.ts'
import type { RefreshTokensTable, Transport } from './schema.ts'
import { hasAlike, insertSession, type SessionRow, selectAlike, sessionColumns, sessionOf } from './store.ts'

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

/** The session that an unused refresh token belongs to. */
export async function findSessionOfToken(db: Executor, digest: string): Promise<SessionRow | undefined> {
  const [row] = await sessionOfToken(db, { digest })
  return row
}

const sessionOfToken = prepared(({ digest }: { digest: string }, db) =>
  db
    .selectFrom('sessions')
    .innerJoin('refresh_tokens', 'refresh_tokens.session_id', 'sessions.id')
    .select(sessionColumns.map((column) => `sessions.${column}` as const))
    .where('refresh_tokens.digest', '=', digest)
    .where('refresh_tokens.used_at', 'is', null),
)

/** To be read after the session is locked, in a statement of its own: what another refresh committed must be seen. */
export async function readToken(db: Executor, digest: string): Promise<PresentedToken | undefined> {
  return db
    .selectFrom('refresh_tokens')
    .selectAll()
    .select(databaseNow(db).as('read_at'))
    .where('digest', '=', digest)
    .executeTakeFirst()
}

const insertingToken = prepared(({ digest, sessionId }: { digest: string; sessionId: string }, db) =>
  db.insertInto('refresh_tokens').values({
    digest,
    session_id: sessionId,
    created_at: databaseNow(db),
    used_at: null,
    successor_sealed: null,
  }),
)

export async function insertToken(db: Executor, digest: string, sessionId: string): Promise<void> {
  await insertingToken(db, { digest, sessionId })
}

/**
 * Adds a session with its first refresh token, in one statement where the database can. Returns whether the user's
 * device was known before: whether an earlier session is kept that it opened from the same network. Part of a transaction.
 */
export async function insertFirst(db: Executor, row: SessionRow, digest: string): Promise<boolean> {
  if (canChangeWithin(db)) {
    const [first] = await insertingFirst(db, { ...row, digest })
    return (first?.known ?? null) !== null
  }
  const known = await hasAlike(db, row)
  await insertSession(db, row)
  await insertToken(db, digest, row.id)
  return known
}

// what the last part of the statement reads is as it was before the first part wrote
const insertingFirst = prepared((values: SessionRow & { digest: string }, db) =>
  db
    .with('opened', (query) => query.insertInto('sessions').values(sessionOf(values)).returning('id'))
    .with('added', (query) =>
      query
        .insertInto('refresh_tokens')
        .columns(['digest', 'session_id', 'created_at'])
        .expression((eb) =>
          eb
            .selectFrom('opened')
            .select((eb) => [
              eb.cast<string>(eb.val(values.digest), 'text').as('digest'),
              'opened.id',
              databaseNow(db).as('created_at'),
            ]),
        ),
    )
    .selectNoFrom(selectAlike(db, values).as('known')),
)

/**
 * Records that a token was replaced, now, by the one that is sealed here, and erases what earlier tokens of the session
 * hold sealed: the successor was used, so no honest client lacks it.
 */
export async function markUsed(
  db: Executor,
  { digest, sessionId, successorSealed }: { digest: string; sessionId: string; successorSealed: string },
): Promise<void> {
  // two statements, each with an index of its own: a chain may have grown to thousands of tokens
  await db
    .updateTable('refresh_tokens')
    .set({ successor_sealed: null })
    .where('session_id', '=', sessionId)
    .where('successor_sealed', 'is not', null)
    .execute()
  await db
    .updateTable('refresh_tokens')
    .set({ used_at: databaseNow(db), successor_sealed: successorSealed })
    .where('digest', '=', digest)
    .execute()
}

/** A refresh token's replacement, and what its session has to be like for it. Times are milliseconds since the epoch. */
export type Replacement = {
  readonly digest: string
  readonly successorDigest: string
  readonly successorSealed: string
  readonly transport: Transport
  readonly now: number
  /** After when the session was seen. */
  readonly seenAfter: number
}

/**
 * Replaces a token that was not used yet, of a session that goes on, in one statement; undefined, and nothing changed,
 * where either is not so. Session and token are locked, in the order in which everybody locks them, and a lock that had to
 * be waited for makes PostgreSQL look at the locked rows again: of refreshes at the same time, one finds its token unused.
 */
export async function replaceAtOnce(db: Executor, replacement: Replacement): Promise<SessionRow | undefined> {
  const [session] = await replacing(db, replacement)
  return session
}

const replacing = prepared((values: Replacement, db) => {
  const { digest, successorDigest, successorSealed, transport, now, seenAfter } = values
  return db
    .with('chain', (db) =>
      db
        .selectFrom('sessions')
        .innerJoin('refresh_tokens', 'refresh_tokens.session_id', 'sessions.id')
        .select(sessionColumns.map((column) => `sessions.${column}` as const))
        .where('refresh_tokens.digest', '=', digest)
        .where('refresh_tokens.used_at', 'is', null)
        .where('sessions.ended_at', 'is', null)
        .where('sessions.expires_at', '>', now)
        .where('sessions.last_seen_at', '>', seenAfter)
        .where('sessions.transport', '=', transport)
        .forUpdate(),
    )
    .with('added', (query) =>
      query
        .insertInto('refresh_tokens')
        .columns(['digest', 'session_id', 'created_at'])
        .expression((eb) =>
          eb
            .selectFrom('chain')
            .select((eb) => [
              eb.cast<string>(eb.val(successorDigest), 'text').as('digest'),
              'chain.id',
              databaseNow(db).as('created_at'),
            ]),
        ),
    )
    .with('erased', (query) =>
      query
        .updateTable('refresh_tokens')
        .from('chain')
        .set({ successor_sealed: null })
        .whereRef('refresh_tokens.session_id', '=', 'chain.id')
        .where('refresh_tokens.successor_sealed', 'is not', null),
    )
    .with('used', (query) =>
      query
        .updateTable('refresh_tokens')
        .from('chain')
        .set({ used_at: databaseNow(db), successor_sealed: successorSealed })
        .whereRef('refresh_tokens.session_id', '=', 'chain.id')
        .where('refresh_tokens.digest', '=', digest),
    )
    .selectFrom('chain')
    .selectAll()
})

/** Erases sealed successors that were there for longer than `age` milliseconds; nothing may open them any more. */
export async function eraseOldSuccessors(db: Executor, age: number): Promise<void> {
  await db
    .updateTable('refresh_tokens')
    .set({ successor_sealed: null })
    .where('successor_sealed', 'is not', null)
    .where('used_at', '<', (eb) => eb(databaseNow(db), '-', age))
    .execute()
}
