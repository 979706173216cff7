import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { keptFolder } from '../packages/server/src/testing/kept-databases/index.ts'

const root = join(import.meta.dirname, '..')
const versions = globSync('packages/*/package.json', { cwd: root }).map(
  (file): string => JSON.parse(readFileSync(join(root, file), 'utf8')).version,
)

test('the packages share one version, with a section of the changelog and databases kept for later upgrades', () => {
  const [version = ''] = versions
  expect(new Set(versions)).toEqual(new Set([version]))
  expect(readFileSync(join(root, 'CHANGELOG.md'), 'utf8')).toContain(`\n## ${version}`)
  for (const file of ['sqlite.db', 'postgres.sql'])
    expect(existsSync(join(keptFolder, version, file))).toBe(true)
})
