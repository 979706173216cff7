import type { Selectable } from 'kysely'
import type { Executor } from '../../platform/db/executor.ts'
import type { InvitationsTable } from './schema.ts'

export type InvitationRow = Selectable<InvitationsTable>

export async function insertInvitation(db: Executor, row: InvitationRow): Promise<void> {
  await db.insertInto('invitations').values(row).execute()
}

/** Invitations made before the one with the id `before`, newest first. */
export async function findInvitations(
  db: Executor,
  search: { readonly before: string | undefined; readonly limit: number },
): Promise<InvitationRow[]> {
  const query = db.selectFrom('invitations').selectAll().orderBy('id', 'desc').limit(search.limit)
  return (search.before === undefined ? query : query.where('id', '<', search.before)).execute()
}

export async function findInvitation(db: Executor, id: string): Promise<InvitationRow | undefined> {
  return db.selectFrom('invitations').selectAll().where('id', '=', id).executeTakeFirst()
}

/** Locks an invitation until the transaction ends, and gives it as it is then. */
export async function lockInvitation(db: Executor, id: string): Promise<InvitationRow | undefined> {
  return db
    .updateTable('invitations')
    .set((eb) => ({ created_at: eb.ref('created_at') }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst()
}

export async function changeInvitation(
  db: Executor,
  id: string,
  set: Partial<Pick<InvitationRow, 'accepted_at' | 'accepted_by' | 'revoked_at'>>,
): Promise<void> {
  await db.updateTable('invitations').set(set).where('id', '=', id).execute()
}

/** Deletes at most `limit` invitations that expired before a time. */
export async function deleteExpiredBefore(db: Executor, time: number, limit: number): Promise<void> {
  const expired = db.selectFrom('invitations').select('id').where('expires_at', '<', time).limit(limit)
  await db.deleteFrom('invitations').where('id', 'in', expired).execute()
}

interface Person {
  readonly id: string
  readonly emailKey: string | null
}

/** At most a thousand invitations that a person sent, accepted, or that went to their address. */
export async function invitationsOf(db: Executor, person: Person): Promise<InvitationRow[]> {
  return db
    .selectFrom('invitations')
    .selectAll()
    .where((eb) =>
      eb.or([
        eb('invited_by', '=', person.id),
        eb('accepted_by', '=', person.id),
        eb('email_key', '=', person.emailKey ?? ''),
      ]),
    )
    .orderBy('id')
    .limit(1_000)
    .execute()
}

/** Deletes the invitations that a person accepted or sent, and those to their address: an inviter who is gone vouches for nobody. */
export async function deleteInvitationsOf(db: Executor, person: Person): Promise<void> {
  await db
    .deleteFrom('invitations')
    .where((eb) =>
      eb.or([
        eb('invited_by', '=', person.id),
        eb('accepted_by', '=', person.id),
        eb('email_key', '=', person.emailKey ?? ''),
      ]),
    )
    .execute()
}
