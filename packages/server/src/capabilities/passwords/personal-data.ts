import type { Context } from '../../context.ts'
import { isoTime, type PersonalData } from '../../personal-data.ts'
import { findPassword } from './store.ts'

/** What is held about a person's password. */
export const passwordData: PersonalData<Context> = {
  parts: [
    {
      name: 'password',
      description:
        'When the password was set. Of the password itself only a hash is held, which is not exported.',
      tables: ['credentials'],
      async *records({ db }, { id: userId }) {
        const row = await findPassword(db, userId)
        if (row !== undefined) yield { changed_at: isoTime(row.changed_at) }
      },
    },
  ],
}
