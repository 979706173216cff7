import { beforeAll, expect, test } from 'vitest'
import { describeEachDatabase } from '../../testing/databases.ts'
import { type TestServer, testPassword, testServer } from '../../testing/server.ts'
import { createAccount, findForSignIn } from './index.ts'

const system = { kind: 'system' } as const

describeEachDatabase('a name to sign in with', (open) => {
  let server: TestServer
  beforeAll(async () => {
    server = await testServer((await open()).db)
  })
  const create = (username: string, email?: string) =>
    createAccount(server.ctx, system, { username, email, password: testPassword })
  const found = async (name: string) => (await findForSignIn(server.ctx, name))?.user.username

  test('is the username, whatever its case and form', async () => {
    await create('Zoë')
    for (const name of ['Zoë', 'ZOË', 'zoe\u0308']) expect(await found(name)).toBe('Zoë')
    for (const name of ['zoe', '', 'x'.repeat(10_000), "zoë' --"]) expect(await found(name)).toBeUndefined()
  })

  test('is an e-mail address once it is verified, and unique from then on', async () => {
    const [first, second] = [
      await create('first', 'shared@example.com'),
      await create('second', 'Shared@Example.com'),
    ]
    expect(await found('shared@example.com')).toBeUndefined()
    const verify = (id: string) =>
      server.ctx.db.updateTable('users').set({ email_verified_at: 1 }).where('id', '=', id).execute()
    await verify(second.id)
    expect(await found('SHARED@example.com')).toBe('second')
    await expect(verify(first.id)).rejects.toThrow()
  })

  test('all invalid fields of an account are reported together', async () => {
    const body = { username: 'a b', password: 'short', email: 'nobody' }
    const answer = await server.request('POST', '/auth/sign-up', { body })
    expect(answer.status).toBe(422)
    expect(answer.body.errors.map((e: { field: string; code: string }) => [e.field, e.code])).toEqual([
      ['username', 'invalid_characters'],
      ['password', 'too_short'],
      ['email', 'invalid_email'],
    ])
    const fromElsewhere = createAccount(server.ctx, system, body)
    await expect(fromElsewhere).rejects.toMatchObject({
      code: 'invalid_input',
      errors: expect.objectContaining({ length: 3 }),
    })
  })
})
