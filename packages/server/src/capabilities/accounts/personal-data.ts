import type { Context } from '../../context.ts'
import { isoTime, type PersonalData } from '../../personal-data.ts'
import { findDeletion } from './deletion/store.ts'
import { findById } from './store.ts'

/** What `users` says about a person. */
export const accountData: PersonalData<Context> = {
  parts: [
    {
      name: 'account',
      description: 'The account, with its username and e-mail address.',
      tables: ['users', 'deletions'],
      async *records({ db }, { id: userId }) {
        const row = await findById(db, userId)
        if (row === undefined) return
        yield {
          id: row.id,
          username: row.username,
          email: row.email,
          email_verified_at: isoTime(row.email_verified_at),
          pending_email: row.pending_email,
          disabled_at: isoTime(row.disabled_at),
          created_at: isoTime(row.created_at),
          updated_at: isoTime(row.updated_at),
          deletion_due_at: isoTime((await findDeletion(db, userId))?.due_at ?? null),
        }
      },
    },
  ],
}
