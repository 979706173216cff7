import { expect, test } from 'vitest'
import { testContext } from '../../testing/context.ts'
import { describeEachDatabase } from '../../testing/databases.ts'
import { addUser } from '../../testing/users.ts'
import { endSession, openSession } from '../sessions/index.ts'
import { actorOf } from './index.ts'

const issuer = 'http://localhost:3000'

describeEachDatabase('who acts with a token', (open) => {
  const start = async (tokenProfile: 'default' | 'shared-secret', audience: string[]) => {
    const ctx = testContext((await open()).db, { config: { tokenProfile } })
    const sub = await addUser(ctx)
    const { session } = await openSession(ctx, {
      userId: sub,
      audience,
      acr: 'pwd',
      amr: ['pwd'],
      method: 'password',
    })
    return { ctx, sub, sid: session.id, authTime: session.authTime }
  }

  test('power comes with the issuer as the only audience of the token', async () => {
    const { ctx, sub, sid, authTime } = await start('default', ['api', issuer])
    const actor = { kind: 'user', id: sub, session: sid, authTime }
    for (const [aud, mayUsePower] of [
      [issuer, true],
      [[issuer], true],
      [['api', issuer], false],
      ['api', false],
      [[], false],
      [undefined, false],
    ] as const) {
      const claims = aud === undefined ? { sub, sid } : { sub, sid, aud }
      expect(await actorOf(ctx, claims)).toEqual({ ...actor, mayUsePower })
    }
  })

  test('with a shared secret it comes with the session’s, whatever a token says', async () => {
    const whole = await start('shared-secret', ['api', issuer])
    expect(await actorOf(whole.ctx, { ...whole, aud: issuer })).toMatchObject({ mayUsePower: false })
    const server = await start('shared-secret', [issuer])
    expect(await actorOf(server.ctx, { ...server, aud: 'api' })).toMatchObject({ mayUsePower: true })
  })

  test('nobody acts with an ended session, another’s, or none', async () => {
    const { ctx, sub, sid } = await start('default', [issuer])
    expect(await actorOf(ctx, { sub: 'somebody', sid, aud: issuer })).toBeUndefined()
    expect(await actorOf(ctx, { sub, aud: issuer })).toBeUndefined()
    expect(await actorOf(ctx, { sid, aud: issuer })).toBeUndefined()
    await endSession(ctx, sid, 'signed_out')
    expect(await actorOf(ctx, { sub, sid, aud: issuer })).toBeUndefined()
  })
})
