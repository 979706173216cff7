// Runs the behaviours on every framework without a test runner, on whichever Node starts it.
import { apps } from './apps.ts'
import { behaviours, play } from './behaviours.ts'

let failed = 0
let passed = 0
for (const [framework, start] of Object.entries(apps)) {
  for (const [name, behaviour] of Object.entries(behaviours)) {
    try {
      await play(start, behaviour)
      passed++
    } catch (error) {
      failed++
      console.error(`${framework}: ${name}: ${error instanceof Error ? error.stack : String(error)}`)
    }
  }
}
console.log(`${process.version}: ${passed} passed, ${failed} failed`)
process.exit(failed === 0 ? 0 : 1)
