// Photographs the server's pages on a phone and a desktop, in light and dark, into `screenshots/`:
// `node scripts/screenshots.ts`, or those whose name contains an argument. Needs Chromium, at CHROMIUM or /usr/bin/chromium.
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium, type Page } from 'playwright-core'
import { startGatehouse } from '../packages/server/src/main.ts'
import { readConfig } from '../packages/server/src/read-config.ts'
import { root } from './run.ts'

const wanted = process.argv.slice(2)
const folder = join(root, 'screenshots')
const password = 'staple-horse-battery-9-lantern'

/** A page, with what leads there: signed in as somebody or not. */
interface Shot {
  readonly name: string
  readonly signedIn?: boolean
  readonly go: (page: Page, at: string) => Promise<unknown>
}

const visit =
  (path: string): Shot['go'] =>
  (page, at) =>
    page.goto(at + path)

const shots: readonly Shot[] = [
  { name: 'sign-in', go: visit('/sign-in') },
  {
    name: 'sign-in-wrong',
    async go(page, at) {
      await page.goto(`${at}/sign-in`)
      await page.fill('#username', 'ana')
      await page.fill('#password', 'not my password at all')
      await page.click('main button')
    },
  },
  { name: 'sign-up', go: visit('/sign-up') },
  {
    name: 'sign-up-problems',
    async go(page, at) {
      await page.goto(`${at}/sign-up`)
      await page.fill('#username', 'a!')
      await page.fill('#email', 'ana@example')
      await page.fill('#password', 'password')
      await page.click('main button')
    },
  },
  { name: 'signed-out', go: visit('/signed-out') },
  { name: 'error', go: visit('/sign-in/nowhere') },
  { name: 'account', signedIn: true, go: visit('/account') },
  { name: 'account-saved', signedIn: true, go: visit('/account?done=saved') },
  { name: 'account-security', signedIn: true, go: visit('/account/security') },
  { name: 'account-devices', signedIn: true, go: visit('/account/devices') },
  { name: 'account-data', signedIn: true, go: visit('/account/data') },
]

const views = [
  { name: 'phone', viewport: { width: 390, height: 844 }, colorScheme: 'light', isMobile: true },
  { name: 'phone-dark', viewport: { width: 390, height: 844 }, colorScheme: 'dark', isMobile: true },
  { name: 'desktop', viewport: { width: 1280, height: 800 }, colorScheme: 'light' },
  { name: 'desktop-dark', viewport: { width: 1280, height: 800 }, colorScheme: 'dark' },
] as const

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('a listener has a port')
  return address.port
}

async function signUp(context: BrowserContext, at: string, username: string): Promise<void> {
  const page = await context.newPage()
  await page.goto(`${at}/sign-up`)
  await page.fill('#username', username)
  await page.fill('#email', `${username}@example.com`)
  await page.fill('#password', password)
  await page.click('main button')
  await page.waitForURL(`${at}/account`)
  await page.close()
}

const data = await mkdtemp(join(tmpdir(), 'gatehouse-screenshots-'))
const port = await freePort()
const server = await startGatehouse(
  readConfig({ PORT: String(port), GATEHOUSE_DATA_DIR: data, LOG_LEVEL: 'silent', GATEHOUSE_LIMITS: 'off' }),
)
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
})
try {
  await mkdir(folder, { recursive: true })
  const at = `http://localhost:${port}`
  for (const { name: view, ...options } of views) {
    const stranger = await browser.newContext({ ...options, deviceScaleFactor: 1 })
    const member = await browser.newContext({ ...options, deviceScaleFactor: 1 })
    await signUp(member, at, `ana-${view}`)
    for (const { name, signedIn = false, go } of shots) {
      if (wanted.length > 0 && !wanted.some((part) => name.includes(part))) continue
      const page = await (signedIn ? member : stranger).newPage()
      await go(page, at)
      await page.screenshot({ path: join(folder, `${name}.${view}.png`), fullPage: true })
      await page.close()
      console.log(`${name}.${view}.png`)
    }
    await stranger.close()
    await member.close()
  }
} finally {
  await browser.close()
  await server.close()
  await rm(data, { recursive: true, force: true })
}
