import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, inject, test, vi } from 'vitest'
import { mistakesAtStart, mistakesInRequests, mistakesOfTheProver, mistakesOfTheServer } from './mistakes.ts'

const root = join(import.meta.dirname, '../..')
const page = readFileSync(join(root, 'docs/troubleshooting.md'), 'utf8')
const blocks = (label: string): string[] =>
  [...page.matchAll(/^```text ?(\w*)\n([\s\S]*?)^```$/gm)]
    .filter(([, each]) => each === label)
    .map(([, , text = '']) => text.trimEnd())

const literal = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')

describe('the messages of docs/troubleshooting.md', () => {
  let printed: string[] = []
  beforeAll(async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const outputs = [
      ...(await mistakesAtStart()),
      ...(await mistakesInRequests()),
      ...(await mistakesOfTheServer(inject('postgresUrl'))),
      ...(await mistakesOfTheProver()),
    ]
    printed = [...outputs, ...warn.mock.calls.flat().map(String)]
    warn.mockRestore()
  }, 120_000)

  test.each(blocks('run'))('are printed for the mistake: %s', (text) => {
    const pattern = new RegExp(text.split('…').map(literal).join('.*'))
    // one message may contain `…` itself, as `guard.open(…)` does
    expect(
      printed.filter((output) => pattern.test(output)),
      printed.join('\n---\n'),
    ).not.toEqual([])
  })
})

/** The sources, with the quotes in their texts as they are printed. */
const sources = globSync('packages/*/src/**/*.ts', { cwd: root })
  .filter((file) => !/\.test\.ts$|\/testing\//.test(file))
  .map((file) => readFileSync(join(root, file), 'utf8').replaceAll(/\\(['"`])/g, '$1'))
  // a long text is written as several, joined by `+`
  .map((source) => source.replaceAll(/['`] \+\s+['`]/g, ''))

test.each(blocks(''))('the rarer message stands in the sources: %s', (text) => {
  const parts = text
    .replace(/^\[gatehouse\] |^"msg":"|"$/g, '')
    .split('…')
    .map((part) => part.trim().replace(/:$/, ''))
    .filter((part) => part.length > 8)
  expect(parts).not.toEqual([])
  for (const part of parts)
    expect(
      sources.some((source) => source.includes(part)),
      part,
    ).toBe(true)
})

test('a message stands on the page only once', () => {
  const all = [...blocks('run'), ...blocks('')]
  expect(new Set(all).size).toBe(all.length)
})
