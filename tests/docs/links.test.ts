import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { expect, test } from 'vitest'
import { settings } from '../../packages/server/src/settings.ts'

const root = join(import.meta.dirname, '../..')
const pages = globSync(['*.md', 'docs/**/*.md', 'examples/*/README.md'], { cwd: root })
const textOf = (page: string): string => readFileSync(join(root, page), 'utf8')
const withoutCode = (text: string): string => text.replaceAll(/^```[\s\S]*?^```$/gm, '')

/** The anchors of a page's headings, as GitHub makes them. */
const anchorsOf = (page: string): string[] =>
  [...withoutCode(textOf(page)).matchAll(/^#{1,6} (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )

test.each(pages)('every link of %s leads to a page and a heading that exist', (page) => {
  const links = [...withoutCode(textOf(page)).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)]
  const broken = links.filter(([, path = '', anchor]) => {
    const target = path === '' ? page : relative(root, join(root, dirname(page), path))
    if (!existsSync(join(root, target))) return true
    return anchor !== undefined && !anchorsOf(target).includes(anchor)
  })
  expect(broken.map(([link]) => link)).toEqual([])
})

test('the map of the documentation names every page', () => {
  const index = textOf('docs/index.md')
  const missing = pages
    .filter((page) => page.startsWith('docs/') && page !== 'docs/index.md')
    .filter((page) => !index.includes(`(${relative('docs', page)})`))
  expect(missing).toEqual([])
})

/** Variables of the guard, the prover and Kubernetes; the rest are settings of the server. */
const others = ['GATEHOUSE_AUDIENCE', 'GATEHOUSE_MANIFEST', 'GATEHOUSE_PROVE_NONCE', 'GATEHOUSE_SERVICE_HOST']

test.each(pages.filter((page) => basename(page) !== 'CHANGELOG.md'))(
  '%s names only settings that exist',
  (page) => {
    const named = [...textOf(page).matchAll(/\b(?:GATEHOUSE|DATABASE)_[A-Z_]*[A-Z]\b/g)].map(([name]) => name)
    expect(
      named.filter((name) => !settings.some((setting) => setting.name === name) && !others.includes(name)),
    ).toEqual([])
  },
)
