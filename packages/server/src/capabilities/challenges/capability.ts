import type { Capability } from '../../capability.ts'

/** Links, codes and unfinished sign-ins: what is handed out and comes back once. */
export const challenges: Capability = {
  name: 'challenges',
  migrations: [{ name: '0008-challenges', load: () => import('../../migrations/0008-challenges.ts') }],
  errors: {
    invalid_challenge: 400,
  },
  jobs: [
    {
      name: 'sweep challenges',
      everyMs: 60_000,
      run: async (ctx) => (await import('./end.ts')).sweepChallenges(ctx),
    },
  ],
  personalData: async () => (await import('./personal-data.ts')).challengeData,
}
