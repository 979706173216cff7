import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const launcher = fileURLToPath(new URL('../bin/gatehouse-prove.cjs', import.meta.url))
const guard = createRequire(new URL('../../guard/package.json', import.meta.url))
const older = (name: string): string => join(dirname(guard.resolve(`${name}/package.json`)), 'bin/node')

test.each(['node20', 'node22'])('%s says in one sentence which Node the command needs', (name) => {
  const { status, stdout, stderr } = spawnSync(older(name), [launcher, '--help'], { encoding: 'utf8' })
  expect([status, stdout]).toEqual([1, ''])
  expect(stderr).toMatch(/^gatehouse-prove needs Node\.js 24 or later; this is 2[02]\.\d+\.\d+\.\n$/)
})

test('this Node runs the command under its own name, with its arguments and its exit code', () => {
  const run = (...args: string[]) => spawnSync(process.execPath, [launcher, ...args], { encoding: 'utf8' })
  const help = run('--help').stdout
  expect(help).toContain('gatehouse-prove [options] -- COMMAND')
  expect(help).toContain('a .ts, .mjs or .js file')
  expect(help).not.toContain('gatehouse prove')
  const wrong = run('--nonsense')
  expect([wrong.status, wrong.stderr]).toEqual([
    2,
    'gatehouse-prove: --nonsense is not an option. --help lists them all.\n',
  ])
})
