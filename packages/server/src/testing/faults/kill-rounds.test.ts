import { expect, it } from 'vitest'
import { killRounds } from './kill-rounds.ts'

it('a server killed at any moment loses nothing it acknowledged, and revives no session', async () => {
  const report = await killRounds(3)
  expect(report.wrong).toEqual([])
  expect(report.rounds).toBe(3)
  // rounds in which nothing happened would prove nothing
  expect(report.signUps).toBeGreaterThan(10)
  expect(report.refreshes).toBeGreaterThan(10)
  expect(report.signOuts).toBeGreaterThan(3)
}, 120_000)
