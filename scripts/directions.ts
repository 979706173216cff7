// Checks who imports whom: `node scripts/directions.ts`. The rules stand in directions/rules.ts.

import { checkDirections } from './directions/check.ts'
import { root } from './run.ts'

const violations = checkDirections(root)
for (const violation of violations) console.error(violation)
console.log(
  violations.length === 0
    ? 'Every import points in an allowed direction.'
    : `${violations.length} violations.`,
)
process.exitCode = violations.length === 0 ? 0 : 1
