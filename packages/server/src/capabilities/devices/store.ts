import type { Selectable } from 'kysely'
import type { Executor } from '../../platform/db/executor.ts'
import { prepared } from '../../platform/db/prepared.ts'
import { sessionsFrom } from '../sessions/index.ts'
import type { KnownDevicesTable } from './schema.ts'

/** What is looked for: always as many digests, so that it is the same statement whatever was presented. */
export type Looked = {
  readonly userId: string
  readonly network: string
  readonly since: number
  readonly first: string
  readonly second: string
  readonly third: string
  readonly fourth: string
}

const looking = prepared((looked: Looked, db) => {
  const { userId, network, since, first, second, third, fourth } = looked
  return db.selectNoFrom((eb) => [
    eb
      .selectFrom('known_devices')
      .select('digest')
      .where('user_id', '=', userId)
      .where('last_used_at', '>', since)
      .where('digest', 'in', [first, second, third, fourth])
      .limit(1)
      .as('digest'),
    sessionsFrom(db, userId, network).limit(1).as('session'),
  ])
})

/** The user's device among those presented, and whether a session of theirs was opened from the network. */
export async function lookFor(
  db: Executor,
  looked: Looked,
): Promise<{ digest: string | undefined; familiar: boolean }> {
  const [found] = await looking(db, looked)
  return { digest: found?.digest ?? undefined, familiar: (found?.session ?? null) !== null }
}

const inserting = prepared((values: Selectable<KnownDevicesTable>, db) =>
  db.insertInto('known_devices').values({
    digest: values.digest,
    user_id: values.user_id,
    last_used_at: values.last_used_at,
    presented: values.presented,
  }),
)

export async function insertDevice(db: Executor, row: Selectable<KnownDevicesTable>): Promise<void> {
  await inserting(db, row)
}

const trimming = prepared(({ userId, keep }: { userId: string; keep: number }, db) =>
  db
    .deleteFrom('known_devices')
    .where('digest', 'in', (eb) =>
      eb
        .selectFrom('known_devices')
        .select('digest')
        .where('user_id', '=', userId)
        .orderBy('presented', 'desc')
        .orderBy('last_used_at', 'desc')
        .orderBy('digest')
        .limit(1000)
        .offset(keep),
    ),
)

/** Keeps so many devices of a user: those that came back with their token, the latest first, then the others. */
export async function trimDevices(db: Executor, userId: string, keep: number): Promise<void> {
  await trimming(db, { userId, keep })
}

/** Notes that a device was used, unless that was noted after `unless` already. */
export async function touchDevice(db: Executor, digest: string, now: number, unless: number): Promise<void> {
  await db
    .updateTable('known_devices')
    .set({ last_used_at: now, presented: 1 })
    .where('digest', '=', digest)
    .where((eb) => eb.or([eb('last_used_at', '<', unless), eb('presented', '=', 0)]))
    .execute()
}

export async function deleteDevicesOf(db: Executor, userId: string): Promise<void> {
  await db.deleteFrom('known_devices').where('user_id', '=', userId).execute()
}

/** Deletes at most `limit` devices that were not used since `before`. */
export async function deleteUnused(db: Executor, before: number, limit: number): Promise<void> {
  const unused = db
    .selectFrom('known_devices')
    .select('digest')
    .where('last_used_at', '<', before)
    .limit(limit)
  await db.deleteFrom('known_devices').where('digest', 'in', unused).execute()
}
