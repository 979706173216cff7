import type { Capability } from '../../capability.ts'
import * as challengesTable from '../../migrations/0008-challenges.ts'
import { sweepChallenges } from './end.ts'

/** Links, codes and unfinished sign-ins: what is handed out and comes back once. */
export const challenges: Capability = {
  name: 'challenges',
  migrations: [{ name: '0008-challenges', up: challengesTable.up }],
  jobs: [{ name: 'sweep challenges', everyMs: 60_000, run: sweepChallenges }],
}
