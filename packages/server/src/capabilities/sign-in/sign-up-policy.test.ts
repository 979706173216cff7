import { expect, test } from 'vitest'
import { describeEachDatabase } from '../../testing/databases.ts'
import { testPassword, testServer } from '../../testing/server.ts'

const refusal = {
  status: 403,
  code: 'sign_up_closed',
  detail: 'Sign-up is closed. Ask an administrator for an account.',
}

describeEachDatabase('sign-up', (open) => {
  test.each(['invited', 'closed'] as const)(
    'when %s, is one answer to every body, without a hash or a look at names',
    async (signUp) => {
      const { db } = await open()
      const before = await testServer(db)
      await before.member('taken')
      const { hasher } = before.ctx
      const untouched = { ...hasher, hash: () => Promise.reject(new Error('a password was hashed')) }
      const server = await testServer(db, { settings: { GATEHOUSE_SIGN_UP: signUp }, hasher: untouched })
      const bodies = [
        { body: { username: 'taken', password: testPassword } },
        { body: { username: 'free', password: testPassword } },
        { body: { username: 'free', password: 'short' } },
        { body: { username: 'free', password: testPassword, audience: 'unknown' } },
        { body: { username: 'free', password: testPassword, transport: 'cookie' } },
        { body: { unknown: true } },
        { raw: 'not json' },
        { raw: 'x'.repeat(70_000) },
        { raw: 'username=ana', headers: { 'content-type': 'text/plain' } },
        {},
      ]
      const answers = []
      for (const call of bodies) {
        const { status, headers, body } = await server.request('POST', '/auth/sign-up', call)
        const { request_id: _, ...rest } = body
        answers.push({ status, type: headers.get('content-type'), rest })
      }
      expect(answers[0]).toMatchObject({ status: 403, type: 'application/problem+json', rest: refusal })
      for (const answer of answers) expect(answer).toEqual(answers[0])
      expect(await db.selectFrom('users').select('username').execute()).toEqual([{ username: 'taken' }])
    },
  )

  test('when closed, says so in its description and in the metadata, and leaves accounts to administrators', async () => {
    const server = await testServer((await open()).db, { settings: { GATEHOUSE_SIGN_UP: 'closed' } })
    const document = (await server.request('GET', '/openapi.json')).body
    expect(document.paths['/auth/sign-up'].post).toMatchObject({
      description: expect.stringContaining('Closed'),
      responses: { 403: expect.anything() },
    })
    const metadata = await server.request('GET', '/.well-known/oauth-authorization-server')
    expect(metadata.body).toMatchObject({ gatehouse_sign_up: 'closed' })
    expect((await server.member('made-by-an-administrator')).token).toBeTruthy()
  })
})
