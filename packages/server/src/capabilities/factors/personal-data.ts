import type { Context } from '../../context.ts'
import { isoTime, type PersonalData } from '../../personal-data.ts'
import { recoveryCodesOf } from './recovery-store.ts'
import { factorsOf } from './store.ts'

/** What is held about a person's second factors. */
export const factorData: PersonalData<Context> = {
  parts: [
    {
      name: 'factors',
      description: 'Authenticator apps and passkeys. Their secrets and keys are not exported.',
      tables: ['factors'],
      async *records({ db }, { id: userId }) {
        for (const row of await factorsOf(db, userId)) {
          yield {
            id: row.id,
            kind: row.kind,
            name: row.name,
            created_at: isoTime(row.created_at),
            last_used_at: isoTime(row.last_used_at),
          }
        }
      },
    },
    {
      name: 'recovery_codes',
      description:
        'How many recovery codes are left. Of the codes only digests are held, which are not exported.',
      tables: ['recovery_codes'],
      async *records({ db }, { id: userId }) {
        const { left, createdAt } = await recoveryCodesOf(db, userId)
        if (left > 0) yield { left, created_at: isoTime(createdAt) }
      },
    },
  ],
}
