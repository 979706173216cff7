import type { Selectable } from 'kysely'
import type { Executor } from '../../platform/db/executor.ts'
import { prepared } from '../../platform/db/prepared.ts'
import type { EndReason, Session, SessionsTable } from './schema.ts'

export type SessionRow = Selectable<SessionsTable>

/** Every column of a session, each by its name. */
export const sessionColumns = [
  'id',
  'user_id',
  'audience',
  'acr',
  'amr',
  'auth_time',
  'method',
  'transport',
  'user_agent',
  'device',
  'address',
  'network',
  'device_family',
  'created_at',
  'last_seen_at',
  'expires_at',
  'ended_at',
  'end_reason',
] as const satisfies readonly (keyof SessionRow)[]

/** The columns of a session among other values. */
export const sessionOf = (values: SessionRow): SessionRow =>
  Object.fromEntries(sessionColumns.map((column) => [column, values[column]])) as unknown as SessionRow

const inserting = prepared((row: SessionRow, db) => db.insertInto('sessions').values(sessionOf(row)))

export async function insertSession(db: Executor, row: SessionRow): Promise<void> {
  await inserting(db, row)
}

export async function findSession(db: Executor, id: string): Promise<SessionRow | undefined> {
  return db.selectFrom('sessions').selectAll().where('id', '=', id).executeTakeFirst()
}

/** A page of the sessions of a user that have not ended, newest first; `before` is the last id of the page before. */
export async function liveSessionsOf(
  db: Executor,
  userId: string,
  live: { now: number; seenAfter: number },
  page: { before: string | undefined; limit: number },
): Promise<SessionRow[]> {
  return db
    .selectFrom('sessions')
    .selectAll()
    .where('user_id', '=', userId)
    .where('ended_at', 'is', null)
    .where('expires_at', '>', live.now)
    .where('last_seen_at', '>', live.seenAfter)
    .$if(page.before !== undefined, (query) => query.where('id', '<', page.before ?? ''))
    .orderBy('id', 'desc')
    .limit(page.limit)
    .execute()
}

/** All sessions of a user after the one with id `after`, ended ones included, oldest first. */
export async function sessionsOf(
  db: Executor,
  userId: string,
  after: string,
  limit: number,
): Promise<SessionRow[]> {
  return db
    .selectFrom('sessions')
    .selectAll()
    .where('user_id', '=', userId)
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit)
    .execute()
}

/** Marks a session as seen at `now`, unless another request did after `unless`. */
export async function touchSession(db: Executor, id: string, now: number, unless: number): Promise<void> {
  await db
    .updateTable('sessions')
    .set({ last_seen_at: now })
    .where('id', '=', id)
    .where('last_seen_at', '<', unless)
    .execute()
}

/** Changes how well and when the user of a session proved who they are; undefined for one that has ended. */
export async function raiseSession(
  db: Executor,
  id: string,
  proven: Pick<SessionRow, 'acr' | 'amr' | 'auth_time'>,
): Promise<SessionRow | undefined> {
  return db
    .updateTable('sessions')
    .set(proven)
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .returningAll()
    .executeTakeFirst()
}

/** Ends one session; whether it was this call that did. */
export async function markEnded(db: Executor, id: string, reason: EndReason, now: number): Promise<boolean> {
  const ended = await db
    .updateTable('sessions')
    .set({ ended_at: now, end_reason: reason })
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .executeTakeFirst()
  return ended.numUpdatedRows > 0n
}

/** Ends every session of a user but `except`; returns the ids of those that this call ended. */
export async function markEndedOf(
  db: Executor,
  userId: string,
  reason: EndReason,
  now: number,
  except: string | undefined,
): Promise<string[]> {
  const ended = await db
    .updateTable('sessions')
    .set({ ended_at: now, end_reason: reason })
    .where('user_id', '=', userId)
    .where('ended_at', 'is', null)
    .$if(except !== undefined, (query) => query.where('id', '!=', except ?? ''))
    .returning('id')
    .execute()
  return ended.map(({ id }) => id)
}

/** Deletes at most `limit` sessions that were over before `before`, with their refresh tokens. */
export async function deleteOver(
  db: Executor,
  before: number,
  seenBefore: number,
  limit: number,
): Promise<number> {
  const over = db
    .selectFrom('sessions')
    .select('id')
    .where((eb) =>
      eb.or([
        eb('ended_at', '<', before),
        eb('expires_at', '<', before),
        eb('last_seen_at', '<', seenBefore),
      ]),
    )
    .limit(limit)
  const deleted = await db.deleteFrom('sessions').where('id', 'in', over).executeTakeFirst()
  return Number(deleted.numDeletedRows)
}

export function toSession(row: SessionRow): Session {
  return {
    id: row.id,
    userId: row.user_id,
    audience: JSON.parse(row.audience),
    acr: row.acr,
    amr: JSON.parse(row.amr),
    authTime: row.auth_time,
    method: row.method,
    transport: row.transport,
    device: JSON.parse(row.device),
    address: row.address,
    createdAt: row.created_at,
    lastSeenAt: row.last_seen_at,
    expiresAt: row.expires_at,
  }
}

/** The sessions that a user opened from a network, of those that are still kept. */
export function sessionsFrom(db: Executor, userId: string, network: string) {
  return db.selectFrom('sessions').select('id').where('user_id', '=', userId).where('network', '=', network)
}

/** A session of the same user, device and network, as part of a query. */
export const selectAlike = (db: Executor, { user_id, network, device_family }: SessionRow) =>
  sessionsFrom(db, user_id, network ?? '')
    .where('device_family', '=', device_family)
    .limit(1)

const alike = prepared((row: SessionRow, db) => selectAlike(db, row))

/** Whether a session of the same user, device and network is kept. */
export async function hasAlike(db: Executor, row: SessionRow): Promise<boolean> {
  return (await alike(db, row)).length > 0
}

/** Sessions that were opened before `until` and seen after `from`, newest first. */
export async function sessionsUsedBetween(
  db: Executor,
  { userId, from, until }: { userId?: string; from: number; until: number },
  limit: number,
): Promise<SessionRow[]> {
  return db
    .selectFrom('sessions')
    .selectAll()
    .where('created_at', '<', until)
    .where('last_seen_at', '>=', from)
    .$if(userId !== undefined, (query) => query.where('user_id', '=', userId ?? ''))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
}
