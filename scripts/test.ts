// Runs every check of the project, the fast ones first: `npm test`. All of them run even when one fails, and the last
// line counts them: each step is one, and Vitest counts by its tests.
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { root, run } from './run.ts'

interface Count {
  passed: number
  failed: number
  skipped: number
}

interface Step {
  name: string
  /** A program of node_modules/.bin (`node` among them) and its arguments. */
  command: readonly [string, ...string[]]
  /** Counts what ran, where it is more than the step itself. */
  count?: () => Promise<Count | undefined>
}

const folder = await mkdtemp(join(tmpdir(), 'gatehouse-test-'))
const report = join(folder, 'vitest.json')

const steps: readonly Step[] = [
  { name: 'formatting and lint', command: ['biome', 'check', '--error-on-warnings', '.'] },
  { name: 'import directions', command: ['node', 'scripts/directions.ts'] },
  { name: 'types: guard', command: ['tsc', '-p', 'packages/guard'] },
  { name: 'types: prove', command: ['tsc', '-p', 'packages/prove'] },
  { name: 'types: server', command: ['tsc', '-p', 'packages/server'] },
  { name: 'types: scripts, examples, tests', command: ['tsc', '-p', '.'] },
  {
    name: 'promises that nobody awaits',
    command: ['oxlint', '--type-aware', '--config', '.oxlintrc.json', '--deny-warnings'],
  },
  { name: 'unused files, exports, dependencies', command: ['knip'] },
  {
    name: 'tests',
    command: ['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    count: countTests,
  },
]

interface Report {
  numPassedTests: number
  numFailedTests: number
  testResults: { name: string; assertionResults: { fullName: string; status: string }[] }[]
}

/** Reads how many tests passed, and says which did not run; undefined when Vitest did not get as far as telling. */
async function countTests(): Promise<Count | undefined> {
  if (!existsSync(report)) return undefined
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(await readFile(report, 'utf8')) as Report
  const skipped = testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => !['passed', 'failed'].includes(status))
      .map(({ fullName }) => `  skipped: ${relative(root, name)}: ${fullName.trim()}`),
  )
  for (const line of skipped) process.stdout.write(`\n${line}`)
  if (skipped.length > 0) process.stdout.write('\n')
  return { passed: numPassedTests, failed: numFailedTests, skipped: skipped.length }
}

const bin = join(root, 'node_modules/.bin')
const env = { ...process.env, PATH: `${bin}:${process.env['PATH'] ?? ''}`, NO_COLOR: '1' }
const total: Count = { passed: 0, failed: 0, skipped: 0 }

for (const { name, command, count } of steps) {
  process.stdout.write(`${name} … `)
  const began = performance.now()
  const [program, ...args] = command
  const { code, output } = await run(join(bin, program), args, { env })
  const ran = (await count?.()) ?? { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 }
  // a run that ends badly is a failure even where every single test passed
  if (code !== 0 && ran.failed === 0) ran.failed = 1
  total.passed += ran.passed
  total.failed += ran.failed
  total.skipped += ran.skipped
  const details = [
    count ? `${ran.passed} passed` : undefined,
    ran.skipped > 0 ? `${ran.skipped} SKIPPED` : undefined,
    `${((performance.now() - began) / 1000).toFixed(1)} s`,
  ]
  // nor is one good whose tests failed, whatever it ends with: who waits for its end may have the last word
  const failed = code !== 0 || ran.failed > 0
  console.log(`${failed ? 'FAILED' : 'ok'} (${details.filter(Boolean).join(', ')})`)
  if (failed) console.log(`${output}\nThis ended with exit code ${code}.\n`)
}

await rm(folder, { recursive: true })
console.log(
  `${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`,
)
process.exitCode = total.failed === 0 ? 0 : 1
