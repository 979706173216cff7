import type { Context } from '../../context.ts'
import { isoTime, type PersonalData } from '../../personal-data.ts'
import { deleteInvitationsOf, invitationsOf } from './store.ts'

/** Invitations to a person, and those that they sent. */
export const invitationData: PersonalData<Context> = {
  parts: [
    {
      name: 'invitations',
      description: 'Invitations to your address, and those that you sent.',
      tables: ['invitations'],
      async *records(ctx, { id, emailKey }) {
        for (const row of await invitationsOf(ctx.db, { id, emailKey })) {
          const own = row.invited_by === id
          yield {
            // whom somebody invited is about those people, too: their addresses are theirs
            email: row.email_key === emailKey || !own ? row.email : undefined,
            sent_by_you: own,
            created_at: isoTime(row.created_at),
            expires_at: isoTime(row.expires_at),
            accepted_at: isoTime(row.accepted_at),
            revoked_at: isoTime(row.revoked_at),
          }
        }
      },
    },
  ],
  async erase(ctx, { id, emailKey }) {
    await deleteInvitationsOf(ctx.db, { id, emailKey })
  },
}
