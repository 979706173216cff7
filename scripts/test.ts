// Runs every check of the project, the fast ones first: `npm test`. All of them run even when one fails, and the last
// line counts them: each step is one, and Vitest counts by its tests. `npm run lint` and `npm run typecheck` run some of
// them: those whose kind is an argument.
import { existsSync, rmSync } from 'node:fs'
import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { root, run } from './run.ts'

interface Count {
  passed: number
  failed: number
  skipped: number
}

type Kind = 'lint' | 'types' | 'tests'

interface Step {
  name: string
  kind: Kind
  /** A program of node_modules/.bin (`node` among them) and its arguments. */
  command: readonly [string, ...string[]]
  /** Counts what ran, where it is more than the step itself. */
  count?: () => Promise<Count | undefined>
}

const folder = await mkdtemp(join(tmpdir(), 'gatehouse-test-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
const report = join(folder, 'vitest.json')

const steps: readonly Step[] = [
  { name: 'formatting and lint', kind: 'lint', command: ['biome', 'check', '--error-on-warnings', '.'] },
  { name: 'import directions', kind: 'lint', command: ['node', 'scripts/directions.ts'] },
  { name: 'types: guard', kind: 'types', command: ['tsc', '-p', 'packages/guard'] },
  { name: 'types: prove', kind: 'types', command: ['tsc', '-p', 'packages/prove'] },
  { name: 'types: server', kind: 'types', command: ['tsc', '-p', 'packages/server'] },
  { name: 'types: scripts, examples, tests', kind: 'types', command: ['tsc', '-p', '.'] },
  {
    name: 'promises that nobody awaits',
    kind: 'lint',
    command: ['oxlint', '--type-aware', '--config', '.oxlintrc.json', '--deny-warnings'],
  },
  { name: 'unused files, exports, dependencies', kind: 'lint', command: ['knip'] },
  {
    name: 'tests',
    kind: 'tests',
    command: ['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    count: countTests,
  },
]

const kinds = process.argv.slice(2)
const unknown = kinds.filter((kind) => !steps.some((step) => step.kind === kind))
if (unknown.length > 0) {
  console.error(`Unknown kind of check: ${unknown.join(', ')}. Use lint, types or tests.`)
  process.exit(2)
}
const chosen = steps.filter(({ kind }) => kinds.length === 0 || kinds.includes(kind))

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

for (const { name, command, count } of chosen) {
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

console.log(
  `${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`,
)
process.exitCode = total.failed === 0 ? 0 : 1
