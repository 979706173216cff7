import { expect, test } from 'vitest'
import { inTransaction } from '../../platform/db/transaction.ts'
import { testContext, testSettings } from '../../testing/context.ts'
import { describeEachDatabase } from '../../testing/databases.ts'
import { mailTo, tokenIn } from '../../testing/mail.ts'
import { addUser } from '../../testing/users.ts'
import { putProfile } from '../profiles/index.ts'
import { pageLink, queueMail } from './index.ts'

const to = 'ana@example.com'
const hour = 3_600_000
const smtp = testSettings({
  GATEHOUSE_MAIL_URL: 'smtp://127.0.0.1:1',
  GATEHOUSE_MAIL_FROM: 'no-reply@example.com',
})

describeEachDatabase('queueing mail', (open) => {
  test('puts the message into the transaction that causes it, and wakes the sender after it', async () => {
    const { db } = await open()
    const ctx = testContext(db, { config: { settings: smtp } })
    let woken = 0
    ctx.instance.mailQueued.listen(() => {
      woken += 1
    })
    const link = pageLink(ctx, '/verify', 'a token')
    const values = { link, code: '123456', expiresInMs: hour }
    const broken = inTransaction(ctx, async (ctx) => {
      await queueMail(ctx, { to, message: 'verify-email', values })
      throw new Error('and then')
    })
    await expect(broken).rejects.toThrow('and then')
    expect([await mailTo(ctx, to), woken]).toEqual([[], 0])
    await inTransaction(ctx, async (ctx) => {
      await queueMail(ctx, { to, message: 'verify-email', values })
      expect(woken).toBe(0)
    })
    const [mail, ...others] = await mailTo(ctx, to)
    expect([mail, others, woken]).toEqual([
      { message: 'verify-email', values, to, locale: 'en', userId: null },
      [],
      1,
    ])
    expect(mail && tokenIn(mail)).toBe('a token')
  })

  test('keeps links and codes sealed, for this message to this address alone', async () => {
    const { db } = await open()
    const ctx = testContext(db)
    const values = { link: pageLink(ctx, '/reset', 'secret-token'), code: '918273', expiresInMs: hour }
    await queueMail(ctx, { to, message: 'reset-password', values })
    const row = await db.selectFrom('outbox').selectAll().executeTakeFirstOrThrow()
    expect(JSON.stringify(row)).not.toMatch(/secret-token|918273/)
    await db.updateTable('outbox').set({ recipient: 'eve@example.com' }).execute()
    await expect(mailTo(ctx, 'eve@example.com')).rejects.toThrow('has been changed')
  })

  test('takes the language of the profile, then that of the caller, then the browser’s, then English', async () => {
    const { db } = await open()
    const ctx = testContext(db)
    const userId = await addUser(ctx, 'ana')
    const note = () => undefined
    const browser = { address: '::1', userAgent: undefined, note, acceptLanguage: 'pt, fr;q=0.8, de;q=0.9' }
    const localeOf = async (request: typeof ctx, locale?: string) => {
      await queueMail(request, { to, message: 'new-device', values: {}, userId, locale })
      return (await mailTo(ctx, to)).at(-1)?.locale
    }
    expect(await localeOf(ctx)).toBe('en')
    expect(await localeOf({ ...ctx, caller: browser })).toBe('de')
    expect(await localeOf({ ...ctx, caller: browser }, 'ja')).toBe('ja')
    const profile = { displayName: null, bio: null, picture: null, locale: 'ar-EG', data: {} }
    await putProfile(ctx, { kind: 'system' }, userId, profile)
    expect(await localeOf({ ...ctx, caller: browser }, 'ja')).toBe('ar')
  })

  test('without a mail server, leaves out what only tells, and refuses what something depends on', async () => {
    const { db } = await open()
    const ctx = testContext(db, { config: { development: false } })
    await queueMail(ctx, { to, message: 'password-changed', values: {} })
    expect(await mailTo(ctx, to)).toEqual([])
    const values = { link: pageLink(ctx, '/reset', 'a token'), expiresInMs: hour }
    await expect(queueMail(ctx, { to, message: 'reset-password', values })).rejects.toMatchObject({
      code: 'mail_not_configured',
    })
  })

  test('mail to an account goes with the account', async () => {
    const { db } = await open()
    const ctx = testContext(db)
    const userId = await addUser(ctx, 'ana')
    await queueMail(ctx, { to, message: 'new-device', values: {}, userId })
    await db.deleteFrom('users').where('id', '=', userId).execute()
    expect(await mailTo(ctx, to)).toEqual([])
  })
})
