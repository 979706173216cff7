import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { cacheFolder } from './compile-cache.ts'

describe('where compiled code is kept', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'gatehouse-cache-'))
    mkdirSync(join(folder, 'node_modules/@gatehouse/server/lib'), { recursive: true })
    mkdirSync(join(folder, 'packages/server/src'), { recursive: true })
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('is in the node_modules that the program is in, or the nearest above it', () => {
    const kept = join(folder, 'node_modules/.cache/gatehouse')
    expect(cacheFolder(join(folder, 'node_modules/@gatehouse/server/lib/main.js'))).toBe(kept)
    expect(cacheFolder(join(folder, 'packages/server/src/main.ts'))).toBe(kept)
  })

  it('is nowhere where node_modules belongs to another user', () => {
    const other = (process.getuid?.() ?? 0) + 1
    expect(cacheFolder(join(folder, 'node_modules/@gatehouse/server/lib/main.js'), other)).toBeUndefined()
  })

  it('is nowhere where there is no node_modules', () => {
    rmSync(join(folder, 'node_modules'), { recursive: true })
    expect(cacheFolder(join(folder, 'packages/server/src/main.ts'))).toBeUndefined()
  })
})
