import type { Selectable } from 'kysely'
import { canChangeWithin } from '../../platform/db/abilities.ts'
import type { Executor } from '../../platform/db/executor.ts'
import { prepared } from '../../platform/db/prepared.ts'
import { sessionsFrom } from '../sessions/index.ts'
import type { KnownDevicesTable } from './schema.ts'

/** What is looked for: always as many digests, so that it is the same statement whatever was presented. */
export type Looked = {
  readonly userId: string
  readonly network: string
  readonly since: number
  /** The device's use need not be noted if that was done after then. */
  readonly notedSince: number
  readonly first: string
  readonly second: string
  readonly third: string
  readonly fourth: string
}

const looking = prepared((looked: Looked, db) => {
  const { userId, network, since, notedSince, first, second, third, fourth } = looked
  const device = db
    .selectFrom('known_devices')
    .select('digest')
    .where('user_id', '=', userId)
    .where('last_used_at', '>', since)
    .where('digest', 'in', [first, second, third, fourth])
    .orderBy('digest')
    .limit(1)
  return db.selectNoFrom([
    device.as('digest'),
    device.where('last_used_at', '>=', notedSince).where('presented', '=', 1).as('noted'),
    sessionsFrom(db, userId, network).limit(1).as('session'),
  ])
})

export interface Found {
  readonly digest: string | undefined
  /** Whether the device's use is noted already. */
  readonly isNoted: boolean
  readonly familiar: boolean
}

/** The user's device among those presented, and whether a session of theirs was opened from the network. */
export async function lookFor(db: Executor, looked: Looked): Promise<Found> {
  const [found] = await looking(db, looked)
  const digest = found?.digest ?? undefined
  return { digest, isNoted: found?.noted === digest, familiar: (found?.session ?? null) !== null }
}

type DeviceRow = Selectable<KnownDevicesTable>

const insertingInto = (db: Pick<Executor, 'insertInto'>, row: DeviceRow) =>
  db.insertInto('known_devices').values({
    digest: row.digest,
    user_id: row.user_id,
    last_used_at: row.last_used_at,
    presented: row.presented,
  })

const trimmingFrom = (db: Pick<Executor, 'deleteFrom'>, userId: string, keep: number) =>
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
    )

const trimming = prepared(({ userId, keep }: { userId: string; keep: number }, db) =>
  trimmingFrom(db, userId, keep),
)

const inserting = prepared((row: DeviceRow, db) => insertingInto(db, row))

const replacing = prepared((row: DeviceRow & { keep: number }, db) =>
  insertingInto(
    db.with('trimmed', (db) => trimmingFrom(db, row.user_id, row.keep)),
    row,
  ),
)

/**
 * Adds a device and keeps `keep` of the user's others: those that came back with their token, the latest first, then the
 * rest. One statement where the database can.
 */
export async function insertDevice(db: Executor, row: DeviceRow, keep: number): Promise<void> {
  if (canChangeWithin(db)) return void (await replacing(db, { ...row, keep }))
  await trimming(db, { userId: row.user_id, keep })
  await inserting(db, row)
}

const touching = prepared(({ digest, now }: { digest: string; now: number }, db) =>
  db.updateTable('known_devices').set({ last_used_at: now, presented: 1 }).where('digest', '=', digest),
)

/** Notes that a device came back with its token. */
export async function touchDevice(db: Executor, digest: string, now: number): Promise<void> {
  await touching(db, { digest, now })
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

/** A user's known devices; there are few. */
export async function devicesOf(db: Executor, userId: string): Promise<Selectable<KnownDevicesTable>[]> {
  return db.selectFrom('known_devices').selectAll().where('user_id', '=', userId).orderBy('digest').execute()
}
