import type { Context } from '../../context.ts'
import { type DataSubject, isoTime, type PersonalData } from '../../personal-data.ts'
import { forgetChallenges } from './end.ts'
import { addressSubject } from './payload.ts'
import { allChallengesOf } from './store.ts'

/** What was sent or handed to a person, and not used yet or only lately. */
export const challengeData: PersonalData<Context> = {
  parts: [
    {
      name: 'challenges',
      description:
        'Links, codes and unfinished sign-ins, kept until their time is over. Their secrets are not exported.',
      tables: ['challenges'],
      async *records(ctx, person) {
        for (const row of await allChallengesOf(ctx.db, subjectsOf(ctx, person))) {
          yield {
            purpose: row.purpose,
            created_at: isoTime(row.created_at),
            expires_at: isoTime(row.expires_at),
            ended_at: isoTime(row.ended_at),
          }
        }
      },
    },
  ],
  async erase(ctx, person) {
    for (const subject of subjectsOf(ctx, person)) await forgetChallenges(ctx, subject)
  },
}

/** The subjects that stand for a person: the account, and its address. */
const subjectsOf = (ctx: Context, { id, emailKey }: DataSubject): string[] =>
  emailKey === null ? [id] : [id, addressSubject(ctx, emailKey)]
