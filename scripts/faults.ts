// The long version of the fault tests: `npm run faults`. Twenty rounds of SIGKILL and eight of a lost PostgreSQL primary; the
// tests do three and one.
import { type Failover, failoverRounds } from '../packages/server/src/testing/faults/failover-rounds.ts'
import { killRounds } from '../packages/server/src/testing/faults/kill-rounds.ts'
import type { LifeReport } from '../packages/server/src/testing/faults/lives.ts'
import { postgresPrograms } from '../packages/server/src/testing/postgres-pair.ts'

const [kills, failovers] = [Number(process.argv[2] ?? 20), Number(process.argv[3] ?? 8)]
let wrong = 0

const told = ({ rounds, signUps, refreshes, signOuts, cutOff, wrong }: LifeReport): string =>
  `round ${rounds}: ${signUps} sign-ups, ${refreshes} refreshes, ${signOuts} sign-outs, ${cutOff} cut off, ${wrong.length} wrong`

function sum(report: LifeReport): void {
  for (const each of report.wrong) console.error(each)
  wrong += report.wrong.length
}

console.log('A server on SQLite is killed')
sum(await killRounds(kills, (report) => console.log(told(report))))

console.log('A PostgreSQL primary is lost, and its standby promoted')
if (postgresPrograms === undefined) {
  console.log('skipped: the programs of PostgreSQL are not there')
} else {
  const cycle = (['killed', 'silent'] as const).flatMap((primary) =>
    [1, 2].map((instances): Failover => ({ instances, primary })),
  )
  const rounds = Array.from({ length: Math.ceil(failovers / cycle.length) }, () => cycle)
    .flat()
    .slice(0, failovers)
  sum(
    await failoverRounds(rounds, (report) => {
      const { instances, primary } = rounds[report.rounds - 1] ?? {}
      const recovered = report.recoveredAfter.at(-1)
      console.log(
        `${told(report)}, ${report.unavailable} answers 503; primary ${primary}, ${instances} instances: recovered ${recovered} ms after the promotion`,
      )
    }),
  )
}
process.exitCode = wrong === 0 ? 0 : 1
