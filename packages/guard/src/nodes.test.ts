import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'

const run = promisify(execFile)
const guard = join(import.meta.dirname, '..')
const root = join(guard, '../..')
let built = ''

// inside of node_modules, so that the frameworks are found and nothing else sees it
beforeAll(async () => {
  const cache = join(guard, 'node_modules/.cache')
  await mkdir(cache, { recursive: true })
  built = await mkdtemp(join(cache, 'compiled-'))
  const options = ['--noEmit', 'false', '--outDir', built, '--rootDir', join(guard, 'src')]
  await run(join(root, 'node_modules/.bin/tsc'), ['-p', guard, ...options])
})

afterAll(() => rm(built, { recursive: true, force: true }))

test.each(['node20', 'node22'])(
  'compiled, every behaviour holds on %s',
  async (version) => {
    const node = join(root, 'node_modules', version, 'bin/node')
    const { stdout } = await run(node, [join(built, 'adapters/testing/core-set.js')])
    expect(stdout).toMatch(/^v2[02]\..*: \d+ passed, 0 failed\n$/)
  },
  120_000,
)
