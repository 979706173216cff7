import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { testBrowser } from '../../testing/browser.ts'
import { describeEachDatabase } from '../../testing/databases.ts'
import { testServer } from '../../testing/server.ts'
import { style } from './routes/look/style.ts'

describeEachDatabase('a theme', (open) => {
  let folder = ''
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-theme-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))
  const start = async () => testServer((await open()).db, { settings: { GATEHOUSE_THEME: folder } })

  test('brings a style, a logo and texts of its own', async () => {
    await writeFile(join(folder, 'theme.css'), ':root { --gh-accent: teal }')
    await writeFile(join(folder, 'logo.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>')
    await writeFile(join(folder, 'texts.json'), '{ "en": { "sign-in.title": "Welcome <back>" } }')
    const server = await start()
    const { text } = await testBrowser(server).get('/sign-in')
    expect(text).toContain('<h1>Welcome &lt;back&gt;</h1>')
    const files = [...text.matchAll(/(?:href|src)="(\/pages\/[^"]+)"/g)].map(([, path]) => path ?? '')
    expect(files.map((path) => path.replace(/\.[\w-]{16}\./, '.'))).toEqual([
      '/pages/style.css',
      '/pages/theme.css',
      '/pages/icon.svg',
      '/pages/logo.svg',
    ])
    for (const path of files) {
      const { status, headers } = await testBrowser(server).get(path)
      expect([status, headers.get('cache-control')]).toEqual([200, 'public, max-age=31536000, immutable'])
      expect(headers.get('content-security-policy')).toContain("default-src 'none'")
    }
  })

  test.each([
    ['{ "en": { "sign-in.titel": "x" } }', /en: Unrecognized key: "sign-in.titel"/],
    ['{ "xx": {} }', /xx/],
    ['{ "en": { "sign-in.title": 1 } }', /en › sign-in.title/],
    ['{', /not well-formed JSON/],
  ])('with texts that are none does not start: %s', async (texts, message) => {
    await writeFile(join(folder, 'texts.json'), texts)
    await expect(start()).rejects.toThrow(message)
  })

  test('may not be so large that every page is slow', async () => {
    await writeFile(join(folder, 'theme.css'), 'x'.repeat(201 * 1024))
    await expect(start()).rejects.toThrow(/theme.css is larger than 200 KiB/)
  })
})

describeEachDatabase('the language of a page', (open) => {
  test('is the profile’s, then the browser’s, then English', async () => {
    const server = await testServer((await open()).db)
    const lang = ({ text }: { text: string }) => /<html lang="(\w+)" dir="(\w+)"/.exec(text)?.slice(1)
    const browser = testBrowser(server)
    expect(lang(await browser.get('/sign-in'))).toEqual(['en', 'ltr'])
    expect(lang(await browser.get('/sign-in', { 'accept-language': 'ar-EG, en;q=0.5' }))).toEqual([
      'ar',
      'rtl',
    ])
    await browser.submit('/sign-up', { username: 'ana', password: 'staple-horse-battery-9-lantern' })
    await browser.submit('/account', { locale: 'de-AT' })
    expect(lang(await browser.get('/account', { 'accept-language': 'fr' }))).toEqual(['de', 'ltr'])
  })
})

describe('the documented custom properties', () => {
  test('stay', () => {
    const [, root = ''] = /:root \{([^}]*)\}/.exec(style) ?? []
    expect([...root.matchAll(/--gh-[\w-]+/g)].map(String)).toEqual([
      '--gh-accent',
      '--gh-accent-text',
      '--gh-background',
      '--gh-surface',
      '--gh-text',
      '--gh-muted',
      '--gh-border',
      '--gh-field-border',
      '--gh-danger',
      '--gh-danger-surface',
      '--gh-success',
      '--gh-success-surface',
      '--gh-radius',
      '--gh-font',
      '--gh-width',
      '--gh-logo-height',
    ])
  })
})
