// The long version of the fault tests: `npm run faults`. Twenty rounds of SIGKILL; the tests do three.
import { killRounds } from '../packages/server/src/testing/faults/kill-rounds.ts'

const rounds = Number(process.argv[2] ?? 20)
const report = await killRounds(rounds, ({ rounds: done, signUps, refreshes, signOuts, wrong }) => {
  console.log(
    `round ${done}: ${signUps} sign-ups, ${refreshes} refreshes, ${signOuts} sign-outs, ${wrong.length} wrong`,
  )
})
console.table({ ...report, wrong: report.wrong.length })
for (const wrong of report.wrong) console.error(wrong)
process.exitCode = report.wrong.length === 0 ? 0 : 1
