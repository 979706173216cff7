import { describe, expect, it } from 'vitest'
import { postgresPrograms } from '../postgres-pair.ts'
import { failoverRounds } from './failover-rounds.ts'

describe.skipIf(postgresPrograms === undefined)(
  'a primary that is lost under load (skipped where the programs of PostgreSQL are not there)',
  () => {
    it('costs nothing that was acknowledged, and its standby is used as soon as it was promoted', async () => {
      const report = await failoverRounds([{ instances: 2, primary: 'killed' }])
      expect(report.wrong).toEqual([])
      expect(report.recoveredAfter).toHaveLength(1)
    }, 300_000)
  },
)
