import { describe, expect, it } from 'vitest'
import { postgresPrograms } from '../postgres-pair.ts'
import { failoverRounds } from './failover-rounds.ts'

describe.skipIf(postgresPrograms === undefined)(
  'losing the primary under load (skipped where the programs of PostgreSQL are not there)',
  () => {
    it('loses nothing that was acknowledged, and the standby takes over once promoted', async () => {
      const report = await failoverRounds([{ instances: 2, primary: 'killed' }])
      expect(report.wrong).toEqual([])
      expect(report.recoveredAfter).toHaveLength(1)
    }, 300_000)
  },
)
