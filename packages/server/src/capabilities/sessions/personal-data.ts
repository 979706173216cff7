import type { Context } from '../../context.ts'
import { inPages, isoTime, type PersonalData } from '../../personal-data.ts'
import { sessionsOf } from './store.ts'

/** The sign-ins of a person. */
export const sessionData: PersonalData<Context> = {
  parts: [
    {
      name: 'sessions',
      description: 'Sign-ins, those included that ended within the last month.',
      tables: ['sessions'],
      async *records({ db }, { id: userId }) {
        const rows = inPages(
          (after, limit) => sessionsOf(db, userId, after, limit),
          ({ id }) => id,
        )
        for await (const row of rows) {
          yield {
            id: row.id,
            method: row.method,
            acr: row.acr,
            amr: JSON.parse(row.amr),
            audience: JSON.parse(row.audience),
            device: JSON.parse(row.device),
            user_agent: row.user_agent,
            address: row.address,
            network: row.network,
            signed_in_at: isoTime(row.auth_time),
            created_at: isoTime(row.created_at),
            last_seen_at: isoTime(row.last_seen_at),
            expires_at: isoTime(row.expires_at),
            ended_at: isoTime(row.ended_at),
            end_reason: row.end_reason,
          }
        }
      },
    },
  ],
  withheld: { refresh_tokens: 'Digests of secrets; they say nothing that the sessions do not.' },
}
