import { expect, test } from 'vitest'
import { describeEachDatabase } from '../../../testing/databases.ts'
import { mailTo, tokenIn } from '../../../testing/mail.ts'
import { type TestAnswer, testPassword, testServer } from '../../../testing/server.ts'

const known = 'known@example.com'

describeEachDatabase('whether an address has an account', (open) => {
  /** A server that counts its statements, with an account that has verified `known`. */
  const start = async () => {
    let statements = 0
    const { db } = await open()
    const counting = db.withPlugin({
      transformQuery: ({ node }) => node,
      transformResult: async ({ result }) => {
        statements += 1
        return result
      },
    })
    const server = await testServer(counting)
    const signUp = (username: string, email: string) =>
      server.request('POST', '/auth/sign-up', { body: { username, password: testPassword, email } })
    await signUp('owner', known)
    const [mail] = await mailTo(server.ctx, known)
    if (mail === undefined) throw new Error('there is no mail')
    await server.request('POST', '/auth/verify-email', { body: { token: tokenIn(mail) } })

    /** What of an answer could tell: everything but what is random, and the address itself. */
    const seen = async (address: string, work: () => Promise<TestAnswer>) => {
      const [before, mails] = [statements, (await mailTo(server.ctx, address)).length]
      const started = statements
      const { status, headers, body, text } = await work()
      const taken = statements - Math.max(before, started)
      const sent = (await mailTo(server.ctx, address)).length - mails
      const shape = JSON.stringify(body, (_, value) => (typeof value === 'string' ? value.length : value))
      return { status, headers: [...headers.keys()], shape, size: text.length, taken, sent }
    }
    return { server, signUp, seen }
  }

  test('does not show at sign-up', async () => {
    const { signUp, seen } = await start()
    const one = await seen(known, () => signUp('eve1', known))
    const other = await seen('other@example.com', () => signUp('eve2', 'other@example.com'))
    expect(one).toEqual(other)
    expect([one.status, one.sent]).toEqual([201, 1])
  })

  test('does not show when an account claims it, or has it claimed by somebody else', async () => {
    const { server, seen } = await start()
    const claim = async (username: string, email: string) => {
      const { token } = await server.member(username)
      return seen(email, () => server.request('PATCH', '/users/me', { token, body: { email } }))
    }
    const [one, other] = [await claim('eve1', known), await claim('eve2', 'nobdy@example.com')]
    expect(one).toEqual(other)
    expect([one.status, one.sent]).toEqual([200, 1])
  })
})
