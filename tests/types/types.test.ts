import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Compiled, compile } from '../docs/compile.ts'
import { handlers, modules } from './programs.ts'

let compiled: Compiled
beforeAll(async () => {
  compiled = await compile([...modules, ...handlers], { declaration: true })
}, 120_000)
afterAll(() => compiled.remove())

// A type that can be named only by a path into another package is TS2742, so that compiling is most of this test.
test.each(modules.map(({ heading }) => heading))(
  '%s: what a module exports is declared by names of the package alone',
  async (heading) => {
    const program = modules.find((each) => each.heading === heading)
    if (program === undefined) throw new Error(`There is no ${heading}.`)
    const declarations = await readFile(compiled.fileOf(program).replace(/\.mjs$/, '.d.mts'), 'utf8')
    expect(declarations).toContain('@gatehouse/guard')
    expect(declarations).not.toMatch(/\.\.\/|node_modules|\bany\b/)
  },
)
