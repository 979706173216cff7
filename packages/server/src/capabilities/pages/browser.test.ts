import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RunningGatehouse, startGatehouse } from '../../main.ts'
import { readConfig } from '../../read-config.ts'
import { freePort } from '../../testing/process.ts'

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium'
const password = 'staple-horse-battery-9-lantern'
const anew = 'velvet-harbor-lantern-3-again'

describe.skipIf(!existsSync(executablePath))('in a browser (needs Chromium)', () => {
  let browser: Browser
  let server: RunningGatehouse
  let at = ''
  let folder = ''

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-browser-'))
    const port = await freePort()
    at = `http://localhost:${port}`
    const settings = { PORT: String(port), GATEHOUSE_DATA_DIR: folder, LOG_LEVEL: 'silent' }
    server = await startGatehouse(readConfig(settings))
    browser = await chromium.launch({
      executablePath,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
      ],
    })
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    await server?.close()
    await rm(folder, { recursive: true, force: true })
  })

  const submit = (page: Page): Promise<void> => page.locator('main form button').first().click()

  /** The link of the newest message to an address, once it is there. */
  async function linkTo(address: string, path: string): Promise<string> {
    const read = async (): Promise<string | undefined> => {
      const list = (await (await fetch(`${at}/dev/mail`)).json()) as { id: string; to: string }[]
      for (const { id } of list.filter(({ to }) => to.includes(address))) {
        const mail = JSON.stringify(await (await fetch(`${at}/dev/mail/${id}`)).json())
        const [link] = new RegExp(`${at}${path}\\?token=[\\w-]+`).exec(mail) ?? []
        if (link !== undefined) return link
      }
      return undefined
    }
    await expect.poll(read, { timeout: 30_000 }).toBeDefined()
    return (await read()) ?? ''
  }

  test.each([true, false])(
    'an account begins, is confirmed, signed in to by e-mail, and its password reset (JavaScript: %s)',
    async (javaScriptEnabled) => {
      const context = await browser.newContext({ javaScriptEnabled })
      const page = await context.newPage()
      const foreign: string[] = []
      page.on('request', (request) => {
        if (!request.url().startsWith(at)) foreign.push(request.url())
      })
      const username = javaScriptEnabled ? 'ana' : 'bea'
      const email = `${username}@example.com`

      await page.goto(`${at}/sign-up`)
      await page.fill('#username', username)
      await page.fill('#email', email)
      await page.fill('#password', password)
      await submit(page)
      await page.waitForURL(`${at}/account`)

      await page.goto(await linkTo(email, '/verify'))
      await submit(page)
      await page.getByText('Your address is confirmed').waitFor()
      await page.goto(`${at}/account/security`)
      await page.getByText('Verified', { exact: true }).waitFor()
      await page.getByRole('button', { name: 'Sign out' }).click()
      await page.waitForURL(`${at}/signed-out`)
      await page.goBack()
      await page.goto(`${at}/account`)
      expect(page.url()).toContain('/sign-in')

      await page.getByRole('link', { name: 'Email me a sign-in link' }).click()
      await page.fill('#email', email)
      await submit(page)
      await page.goto(await linkTo(email, '/email-sign-in'))
      await submit(page)
      await page.waitForURL(`${at}/account`)

      const elsewhere = await (await browser.newContext({ javaScriptEnabled })).newPage()
      await elsewhere.goto(`${at}/sign-in`)
      await elsewhere.getByRole('link', { name: 'Forgot password?' }).click()
      await elsewhere.fill('#email', email)
      await submit(elsewhere)
      await elsewhere.goto(await linkTo(email, '/reset'))
      await elsewhere.fill('#password', anew)
      await submit(elsewhere)
      await elsewhere.getByText('Your password is set').waitFor()
      await page.reload()
      expect(page.url()).toContain('/sign-in')
      await page.fill('#username', username)
      await page.fill('#password', anew)
      await submit(page)
      await page.waitForURL(/\/account$/)
      expect(foreign).toEqual([])
    },
    120_000,
  )
})
