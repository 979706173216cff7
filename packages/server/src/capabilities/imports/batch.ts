import type { Context } from '../../context.ts'
import { inTransaction } from '../../platform/db/transaction.ts'
import { insertImported } from '../accounts/index.ts'
import { record } from '../audit/index.ts'
import { insertForeignHashes } from '../passwords/index.ts'
import { addImportedProfiles } from '../profiles/index.ts'
import { insertRolesOf } from '../roles/index.ts'
import { ImportConflict } from './errors.ts'
import { type Fault, fault } from './files/record.ts'
import type { ImportOptions } from './options.ts'
import { type Placed, type Plan, type Planned, planPeople, type Seen, taken } from './plan.ts'
import type { ImportRoles } from './roles.ts'
import type { LatePassword, Person } from './sources/person.ts'
import { accountsOf, advance, insertImportedUsers, insertRefusals } from './store.ts'

/** Records that are written together: all of them, and that they were, or none. */
export interface Batch {
  /** How many records of the file came before. */
  readonly from: number
  /** How many there are, including those that are nothing to import. */
  readonly records: number
  readonly people: readonly Placed<Person>[]
  readonly passwords: readonly Placed<LatePassword>[]
  readonly refused: readonly Placed<Fault>[]
}

export interface Counts {
  readonly imported: number
  readonly existing: number
  readonly refused: readonly Placed<Fault>[]
}

export interface BatchOptions {
  readonly digest: string
  readonly startedAt: number
  readonly options: ImportOptions
  readonly roles: ImportRoles
}

/**
 * Writes a batch in one transaction, with its audit event and the new position.
 *
 * @throws ImportConflict (`import_conflict`) where another process has moved the import on
 */
export async function writeBatch(ctx: Context, batch: Batch, how: BatchOptions): Promise<Counts> {
  return inTransaction(ctx, async (ctx) => {
    const counts = await write(ctx, batch, how)
    const { imported, existing, refused } = counts
    const by = { records: batch.records, imported, existing, refused: refused.length }
    if (!(await advance(ctx.db, how.digest, batch.from, by))) {
      throw new ImportConflict('Another process imports this file now.')
    }
    return counts
  })
}

async function write(ctx: Context, batch: Batch, how: BatchOptions): Promise<Counts> {
  const { options, digest } = how
  // others that import this file wait here, and find the position changed
  if (!(await advance(ctx.db, digest, batch.from, { records: 0, imported: 0, existing: 0, refused: 0 }))) {
    throw new ImportConflict('Another process imports this file now.')
  }
  const plan = await planPeople(ctx, batch.people, how)
  const lost = await addPeople(ctx, plan, how)
  const refused = [
    ...batch.refused,
    ...plan.refused,
    ...lost,
    ...(await addPasswords(ctx, batch.passwords, how)),
  ]
  await insertRefusals(
    ctx.db,
    refused.map(({ position, line, what }) => ({ digest, position, line, ...what })),
  )
  const imported = plan.planned.length - lost.length
  if (imported > 0) {
    const detail = { from: options.from, file: digest, first: batch.from + 1, users: imported }
    await record(ctx, { actor: { kind: 'system' }, action: 'user.imported', target: null, detail })
  }
  return { imported, existing: plan.existing, refused }
}

/** Adds the planned users; gives those whose name or address somebody took meanwhile. */
async function addPeople(
  ctx: Context,
  { planned }: Plan,
  { options, roles }: BatchOptions,
): Promise<Placed<Fault>[]> {
  if (planned.length === 0) return []
  await roles.create(ctx)
  const added = await insertImported(
    ctx,
    planned.map(({ what }) => what.account),
  )
  const users = planned.filter(({ what }) => added.has(what.account.id)).map(({ what }) => what)
  await addParts(ctx, users, options)
  return planned
    .filter(({ what }) => !added.has(what.account.id))
    .map((place) => ({ ...place, what: taken.username }))
}

async function addParts(ctx: Context, users: readonly Planned[], { from }: ImportOptions): Promise<void> {
  const now = ctx.clock.now()
  const hashes = users.flatMap(({ account, person }) =>
    person.hash === undefined ? [] : [{ userId: account.id, hash: person.hash }],
  )
  await insertForeignHashes(ctx.db, hashes, now)
  await insertRolesOf(
    ctx.db,
    users.flatMap(({ account, roles }) => roles.map((role) => ({ userId: account.id, role }))),
  )
  await addImportedProfiles(
    ctx,
    users.map(({ account, person }) => ({ ...person, userId: account.id })),
  )
  await insertImportedUsers(
    ctx.db,
    users.map(({ account, person }) => ({
      source: from,
      foreign_id: person.foreignId,
      user_id: account.id,
      imported_at: now,
    })),
  )
}

const unknownUser = fault('userId', 'unknown_user', 'The user of this password was not imported.')

/** Gives passwords to users whom this import has made; whoever was there before has one, or none on purpose. */
async function addPasswords(
  ctx: Context,
  passwords: readonly Placed<LatePassword>[],
  { options, startedAt }: BatchOptions,
): Promise<Placed<Fault>[]> {
  if (passwords.length === 0) return []
  const ids = passwords.map(({ what }) => what.foreignId)
  const accounts = await accountsOf(ctx.db, options.from, ids)
  const hashes = passwords.flatMap(({ what }) => {
    const account = accounts.get(what.foreignId)
    return account === undefined || account.imported_at < startedAt
      ? []
      : [{ userId: account.user_id, hash: what.hash }]
  })
  await insertForeignHashes(ctx.db, hashes, ctx.clock.now())
  return passwords
    .filter(({ what }) => !accounts.has(what.foreignId))
    .map((place) => ({ ...place, what: unknownUser }))
}

/** What a batch would come to, without a change. */
export async function tryBatch(
  ctx: Context,
  batch: Batch,
  how: Pick<BatchOptions, 'options' | 'roles'> & { seen: Seen },
): Promise<Counts> {
  const plan = await planPeople(ctx, batch.people, { ...how, startedAt: Number.POSITIVE_INFINITY })
  const ids = batch.passwords.map(({ what }) => what.foreignId)
  const accounts = await accountsOf(ctx.db, how.options.from, ids)
  const missing = batch.passwords
    .filter(({ what }) => !accounts.has(what.foreignId) && !how.seen.has(`foreign ${what.foreignId}`))
    .map((place) => ({ ...place, what: unknownUser }))
  return {
    imported: plan.planned.length,
    existing: plan.existing,
    refused: [...batch.refused, ...plan.refused, ...missing],
  }
}
