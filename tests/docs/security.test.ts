import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const page = readFileSync(join(import.meta.dirname, '../../docs/security.md'), 'utf8')

/** How many requirements each section of ASVS 5.0 has, and each list that is cited of SP 800-63B-4, paragraphs apart. */
const counts: Readonly<Record<string, number>> = {
  ...{ '6.1': 3, '6.2': 12, '6.3': 8, '6.4': 6, '6.5': 8, '6.6': 4, '6.7': 2, '6.8': 4 },
  ...{ '7.1': 3, '7.2': 4, '7.3': 2, '7.4': 5, '7.5': 3, '7.6': 2 },
  ...{ '9.1': 3, '9.2': 4 },
  ...{ '10.1': 2, '10.2': 3, '10.3': 5, '10.4': 16, '10.5': 5, '10.6': 2, '10.7': 3 },
  ...{ '3.1.1.2-': 9, '5.1-': 6, '5.1.1-': 7 },
}
/** What SP 800-63B-4 says outside of lists: a paragraph each, named by a letter or by its section. */
const paragraphs = [
  ...[...'abcdefghijklm'].map((letter) => `3.1.1.2-${letter}`),
  ...[...'abcdefg'].map((letter) => `5.1-${letter}`),
  ...['5.1.2-a', '2.1.3', '2.2.3', '2.3.3'],
  ...[...'abcd'].map((letter) => `5.2-${letter}`),
]
const asksForAll = [
  ...Object.entries(counts).flatMap(([section, count]) =>
    Array.from({ length: count }, (_, index) => `${section}${section.endsWith('-') ? '' : '.'}${index + 1}`),
  ),
  ...paragraphs,
]

const rows = [...page.matchAll(/^\| (\d[\w.-]*) \|(.*)\|$/gm)].map(([, number = '', rest = '']) => {
  const cells = rest.split('|').map((cell) => cell.trim())
  const [asked = '', verdict = '', how = '', tested = ''] = cells
  return { number, asked, verdict, how, tested, cells: cells.length }
})
const files = new Map(
  [...page.matchAll(/^\[([\w-]+)\]: (\S+)$/gm)].map(([, name = '', path = '']) => [name, path]),
)
const testsNamed = (tested: string): string[] =>
  [...tested.matchAll(/\[([\w-]+)\]/g)].map(([, name = '']) => name)

describe('docs/security.md', () => {
  test('has each requirement once', () => {
    expect(rows.map(({ number }) => number).toSorted()).toEqual(asksForAll.toSorted())
  })

  test.each(rows)('says of $number what it asks for, and one of three verdicts', (row) => {
    expect(row.cells).toBe(4)
    expect(row.asked).not.toBe('')
    expect(['met', 'not met', 'not applicable']).toContain(row.verdict)
    if (row.verdict !== 'met') expect(row.how, 'a reason').not.toBe('')
  })

  test.each(rows.filter(({ verdict }) => verdict === 'met'))(
    'names a test where $number is met',
    ({ tested }) => {
      expect(tested).toMatch(/^(no test|(\[[\w-]+\] ?)+)$/)
    },
  )

  test.each([...files])('leads to the file %s, which is a test', (_name, path) => {
    expect(path).toMatch(/\.test\.ts$/)
    expect(existsSync(join(import.meta.dirname, '../../docs', path))).toBe(true)
  })

  test('names no test without its file, and no file that no row names', () => {
    const named = new Set(rows.flatMap(({ tested }) => testsNamed(tested)))
    expect([...named].toSorted()).toEqual([...files.keys()].toSorted())
  })

  test('keeps its cells short', () => {
    expect(rows.filter(({ asked, how }) => asked.length > 80 || how.length > 130)).toEqual([])
  })
})
