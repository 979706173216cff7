import type { Context } from '../../context.ts'
import { isoTime, type PersonalData } from '../../personal-data.ts'
import { originsOf } from './store.ts'

/** Where a person's account came from. */
export const importData: PersonalData<Context> = {
  parts: [
    {
      name: 'imports',
      description: 'The products that the account was imported from, and the id that it had there.',
      tables: ['imported_users'],
      async *records({ db }, { id: userId }) {
        for (const { source, foreign_id, imported_at } of await originsOf(db, userId)) {
          yield { source, id: foreign_id, imported_at: isoTime(imported_at) }
        }
      },
    },
  ],
}
