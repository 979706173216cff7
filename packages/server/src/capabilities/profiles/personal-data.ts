import type { Context } from '../../context.ts'
import { isoTime, type PersonalData } from '../../personal-data.ts'
import { findProfile } from './store.ts'

/** What people say about themselves. */
export const profileData: PersonalData<Context> = {
  parts: [
    {
      name: 'profile',
      description: 'The profile, with the data that applications keep in it.',
      tables: ['profiles'],
      async *records({ db }, { id: userId }) {
        const row = await findProfile(db, userId)
        if (row === undefined) return
        const { user_id: _, data, updated_at, ...fields } = row
        yield { ...fields, data: JSON.parse(data), updated_at: isoTime(updated_at) }
      },
    },
  ],
}
