import { createHash } from 'node:crypto'
import { settingsOf } from '../../config/setting.ts'
import type { Context } from '../../context.ts'
import { InvalidInput } from '../../platform/errors.ts'
import type { ReadPassword } from './rules.ts'
import { passwordSettings } from './settings.ts'

/** A range of a thousand suffixes takes 40 KB; with padding it is little more. */
const longestAnswer = 512 * 1024
const timeoutMs = 2000
/** The rest of a SHA-1 after its first five digits, and how often it was seen: 0 for a line that only pads. */
const line = /^([\dA-F]{35}):(\d{1,12})$/i

/**
 * Refuses a password that a list of stolen ones has, where GATEHOUSE_BREACHED_PASSWORDS_URL names one. The list learns five
 * of forty digits of its SHA-1, which hundreds of stolen passwords share. If the list cannot be asked, the password is
 * accepted: nobody's sign-up depends on another server.
 *
 * @throws InvalidInput (`invalid_input`, 422) naming `password`
 */
export async function requireUnbreached(ctx: Context, password: ReadPassword): Promise<void> {
  const { breachedUrl } = settingsOf(ctx.config, passwordSettings)
  if (breachedUrl === undefined) return
  const found = await isListed(breachedUrl, password).catch((error: unknown) => {
    ctx.log.warn({ err: error }, 'cannot ask for breached passwords; a password was accepted unchecked')
    return undefined
  })
  ctx.metrics.breachedPassword(found === undefined ? 'unchecked' : found ? 'breached' : 'clear')
  if (found !== true) return
  const detail = 'This password is in a list of stolen passwords. Choose another one.'
  throw new InvalidInput([{ field: 'password', code: 'breached_password', detail }])
}

/** @throws Error, which says nothing of the password, if there is no proper answer in time */
async function isListed(url: string, password: string): Promise<boolean> {
  // the protocol is about SHA-1; nothing is kept under it
  const digest = createHash('sha1').update(password).digest('hex').toUpperCase()
  const answer = await fetch(`${url}/${digest.slice(0, 5)}`, {
    headers: { Accept: 'text/plain', 'Add-Padding': 'true', 'User-Agent': 'gatehouse' },
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  })
  if (answer.status !== 200) {
    await answer.body?.cancel()
    throw new Error(`the list of breached passwords answered ${answer.status}`)
  }
  return countIn(await readText(answer), digest.slice(5)) > 0
}

/** Reads an answer, decompressed, as far as one may reasonably be long. */
async function readText({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body ?? []) {
    size += chunk.length
    // leaving the loop cancels the rest
    if (size > longestAnswer) throw new Error('the list of breached passwords answered with too much')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function countIn(text: string, suffix: string): number {
  let count = 0
  const lines = text.split('\n').map((each) => each.trim())
  for (const each of lines.filter((each) => each !== '')) {
    const [, digits, times] = line.exec(each) ?? []
    if (digits === undefined) throw new Error('the list of breached passwords answered with something else')
    if (digits.toUpperCase() === suffix) count += Number(times)
  }
  return count
}
