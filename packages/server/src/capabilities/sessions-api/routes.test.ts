import { expect, test } from 'vitest'
import { describeEachDatabase } from '../../testing/databases.ts'
import { testServer } from '../../testing/server.ts'

describeEachDatabase('the sessions of nobody', (open) => {
  test.each(['GET', 'DELETE'])('%s: 404 for who may read all users, 403 for anyone else', async (method) => {
    const server = await testServer((await open()).db)
    await server.role('support', ['sessions:read', 'sessions:write'])
    const [admin, support, member] = [
      await server.admin(),
      await server.officer('support', ['support']),
      await server.member('ana'),
    ]
    for (const nobody of ['019a8f4e-6b1c-7d7e-9d0b-0c6a2f3e4d5c', 'x', '%00']) {
      const answers = await Promise.all(
        [admin, support, member].map(({ token }) =>
          server.request(method, `/users/${nobody}/sessions`, { token }),
        ),
      )
      expect(answers.map(({ status, body }) => [status, body?.code])).toEqual([
        [404, 'user_not_found'],
        [403, 'forbidden'],
        [403, 'rule_not_met'],
      ])
    }
    const { status } = await server.request(method, `/users/${member.id}/sessions`, { token: support.token })
    expect(status).toBe(method === 'GET' ? 200 : 204)
  })
})
