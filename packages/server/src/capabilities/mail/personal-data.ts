import type { Context } from '../../context.ts'
import { inPages, isoTime, type PersonalData } from '../../personal-data.ts'
import { deleteMailTo, mailOf } from './store.ts'

/** The messages to a person. */
export const mailData: PersonalData<Context> = {
  parts: [
    {
      name: 'mail',
      description: 'Messages by e-mail, sent and yet to be sent. Their links and codes are not exported.',
      tables: ['outbox'],
      async *records({ db }, { id: userId }) {
        const rows = inPages(
          (after, limit) => mailOf(db, userId, after, limit),
          ({ id }) => id,
        )
        for await (const row of rows) {
          yield {
            message: row.message,
            locale: row.locale,
            recipient: row.recipient,
            status: row.status,
            created_at: isoTime(row.created_at),
            done_at: isoTime(row.done_at),
          }
        }
      },
    },
  ],
  // messages of the account go with it; others went to its address
  async erase({ db }, { email }) {
    if (email !== null) await deleteMailTo(db, email)
  },
}
