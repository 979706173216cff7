import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const launcher = fileURLToPath(new URL('../../bin/gatehouse.cjs', import.meta.url))
const guard = createRequire(new URL('../../../guard/package.json', import.meta.url))
const older = (name: string): string => join(dirname(guard.resolve(`${name}/package.json`)), 'bin/node')

test.each(['node20', 'node22'])('%s is told in one sentence which Node it takes', (name) => {
  const { status, stdout, stderr } = spawnSync(older(name), [launcher, 'serve'], { encoding: 'utf8' })
  expect([status, stdout]).toEqual([1, ''])
  expect(stderr).toMatch(/^gatehouse needs Node\.js 24 or later; this is 2[02]\.\d+\.\d+\.\n$/)
})

test('this Node runs the command, with its arguments and its exit code', () => {
  const run = (...args: string[]) => spawnSync(process.execPath, [launcher, ...args], { encoding: 'utf8' })
  expect(run('--version').stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  expect(run('no-such-command').status).toBe(2)
})
