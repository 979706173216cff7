import { sql } from 'kysely'
import { beforeEach, expect, test } from 'vitest'
import type { Context } from '../../context.ts'
import { describeEachDatabase, type TestDatabase } from '../../testing/databases.ts'
import { mailTo, tokenIn } from '../../testing/mail.ts'
import { type Person, type TestServer, testPassword, testServer } from '../../testing/server.ts'
import { untilSomebodyWaits } from '../../testing/waiting.ts'
import { deleteUser, setRoles, updateUser } from '../accounts/index.ts'
import { acceptInvitation, invite, revokeInvitation } from './index.ts'
import { sweepInvitations } from './service.ts'

const day = 24 * 3_600_000
const system = { kind: 'system' } as const
const client = { address: '192.0.2.1', hints: {} as never }

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'done'
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error)
  }
}

describeEachDatabase('invitations', (open, dialect) => {
  let database: TestDatabase
  let server: TestServer
  let root: Person
  beforeEach(async () => {
    database = await open()
    server = await testServer(database.db, { settings: { GATEHOUSE_SIGN_UP: 'invited' } })
    await server.role('editor', ['posts:write'])
    root = await server.admin()
  })

  const post = (body: object, { token } = root) => server.request('POST', '/invitations', { token, body })
  const list = (query = '', { token } = root) => server.request('GET', `/invitations${query}`, { token })
  const revoke = (id: string, { token } = root) =>
    server.request('DELETE', `/invitations/${encodeURIComponent(id)}`, { token })
  const accept = (token: string, body: object = {}) =>
    server.request('POST', '/auth/accept-invitation', {
      body: { token, username: 'ben', password: testPassword, ...body },
    })
  const linkTo = async (address: string) => {
    const mail = (await mailTo(server.ctx, address)).at(-1)
    if (mail === undefined) throw new Error('there is no mail')
    return tokenIn(mail)
  }
  const invited = async (roles?: string[], inviter = root, email = 'ben@example.com') => {
    const { status, body } = await post({ email, roles }, inviter)
    expect([status, body.code]).toEqual([201, undefined])
    return { id: String(body.id), link: await linkTo(email) }
  }

  test('bring an account with a verified address and the roles, when that is the only way in', async () => {
    const closed = await server.request('POST', '/auth/sign-up', {
      body: { username: 'ben', password: testPassword },
    })
    expect(closed.body.code).toBe('sign_up_closed')
    const { id, link } = await invited(['member', 'editor'])
    expect((await mailTo(server.ctx, 'ben@example.com'))[0]).toMatchObject({
      message: 'invitation',
      values: { inviter: 'root', link: expect.stringContaining('/accept-invitation?token=') },
    })
    const { status, body } = await accept(link)
    expect(status).toBe(201)
    expect(body.user).toMatchObject({
      username: 'ben',
      email: 'ben@example.com',
      email_verified: true,
      roles: ['editor', 'member'],
    })
    expect((await server.request('GET', '/users/me', { token: body.token })).status).toBe(200)
    expect((await list()).body).toMatchObject([{ id, status: 'accepted' }])
    expect((await accept(link, { username: 'eve' })).body.code).toBe('invalid_challenge')
    const events = await database.db
      .selectFrom('audit_events')
      .select('action')
      .where('action', 'like', 'invitation.%')
      .orderBy('id')
      .execute()
    expect(events.map(({ action }) => action)).toEqual(['invitation.created', 'invitation.accepted'])
  })

  test('the address is the invited one, whatever is sent with it', async () => {
    const { link } = await invited()
    expect((await accept(link, { email: 'eve@example.com' })).status).toBe(422)
    expect((await accept(link, { roles: ['admin'] })).status).toBe(422)
    expect((await accept(link)).body.user.roles).toEqual(['member'])
  })

  test('a bad username or password uses nothing up', async () => {
    const { link } = await invited()
    expect((await accept(link, { password: 'short' })).status).toBe(422)
    expect((await accept(link, { username: 'root' })).body.code).toBe('username_taken')
    expect((await accept(link)).status).toBe(201)
  })

  test('nobody gives more than they have, nor without `users:write`', async () => {
    await server.role('inviter', ['users:write', 'posts:write'])
    const inviter = await server.officer('inviter', ['inviter'])
    expect((await post({ email: 'a@example.com', roles: ['admin'] }, inviter)).status).toBe(403)
    await server.role('reader', ['posts:read'])
    expect((await post({ email: 'a@example.com', roles: ['reader'] }, inviter)).status).toBe(403)
    expect((await post({ email: 'a@example.com', roles: ['editor'] }, inviter)).status).toBe(201)
    expect((await post({ email: 'a@example.com', roles: ['nothing'] })).status).toBe(422)
    const member = await server.member('plain')
    expect((await post({ email: 'a@example.com' }, member)).status).toBe(403)
    expect((await list('', member)).status).toBe(403)
    const { id } = await invited(['reader'])
    expect((await revoke(id, inviter)).status).toBe(403)
    expect((await revoke(id, member)).status).toBe(403)
    expect((await revoke(id)).status).toBe(204)
  })

  test('are worth what their sender still may give', async () => {
    const outcomes: string[] = []
    const fall: Record<string, (id: string) => Promise<unknown>> = {
      demoted: (id) => setRoles(server.ctx, system, id, ['member']),
      disabled: (id) => updateUser(server.ctx, system, id, { disabled: true }),
      deleted: (id) => deleteUser(server.ctx, system, id),
    }
    for (const [how, work] of Object.entries(fall)) {
      const inviter = await server.admin(`admin-${how}`)
      const { link } = await invited(['admin'], inviter, `${how}@example.com`)
      await work(inviter.id)
      outcomes.push((await accept(link)).body.code)
    }
    // with the account of the sender, the invitation is erased
    expect(outcomes).toEqual(['invitation_void', 'invitation_void', 'invalid_challenge'])
    const { link } = await invited(['editor'])
    await server.request('DELETE', '/roles/editor', { token: root.token })
    expect((await accept(link)).body.code).toBe('invitation_void')
  })

  test('an address that an account has is told to whoever may read accounts, and otherwise at acceptance', async () => {
    const ana = await server.member('ana')
    await server.request('PATCH', '/users/me', { token: ana.token, body: { email: 'ana@example.com' } })
    await server.request('POST', '/auth/verify-email', { body: { token: await linkTo('ana@example.com') } })
    expect((await post({ email: 'Ana@example.com' })).body.code).toBe('email_taken')
    await server.role('inviter', ['users:write'])
    const inviter = await server.officer('inviter', ['inviter'])
    const [known, unknown] = [
      await post({ email: 'ana@example.com' }, inviter),
      await post({ email: 'nobody@example.com' }, inviter),
    ]
    expect([known.status, Object.keys(known.body)]).toEqual([unknown.status, Object.keys(unknown.body)])
    expect((await accept(await linkTo('ana@example.com'))).body.code).toBe('email_taken')
    expect(
      await database.db.selectFrom('users').select('id').where('username', '=', 'ben').execute(),
    ).toEqual([])
  })

  test('revoked, expired and unknown ones are refused alike', async () => {
    const [revoked, expired] = [await invited(), await invited()]
    expect((await revoke(revoked.id)).status).toBe(204)
    expect((await accept(revoked.link)).body.code).toBe('invalid_challenge')
    expect((await revoke(revoked.id)).body.code).toBe('invitation_not_found')
    for (const id of ['x', '\u0000', '%', 'x'.repeat(500)]) expect((await revoke(id)).status).toBe(404)
    server.ctx.clock.advance(7 * day)
    root = { ...root, ...(await server.signIn('root', server.ctx.config.issuer)) }
    expect((await accept(expired.link)).body.code).toBe('invalid_challenge')
    expect((await list()).body.map(({ status }: { status: string }) => status)).toEqual([
      'expired',
      'revoked',
    ])
    server.ctx.clock.advance(30 * day + 1)
    await sweepInvitations(server.ctx)
    expect(await database.db.selectFrom('invitations').selectAll().execute()).toEqual([])
  })

  test('are listed newest first, a page at a time', async () => {
    const ids: string[] = []
    for (let i = 0; i < 5; i += 1) {
      server.ctx.clock.advance(1)
      ids.unshift((await invited(undefined, root, `p${i}@example.com`)).id)
    }
    const seen: string[] = []
    let path: string | undefined = '?limit=2'
    while (path !== undefined) {
      const { body, headers } = await list(path)
      seen.push(...body.map(({ id }: { id: string }) => id))
      path = /<\/invitations(\?[^>]+)>/.exec(headers.get('link') ?? '')?.[1]
    }
    expect(seen).toEqual(ids)
    expect((await list('?cursor=made-up')).status).toBe(422)
  })

  test('where only administrators create accounts, there are none', async () => {
    const closed = await testServer(database.db, { settings: { GATEHOUSE_SIGN_UP: 'closed' } })
    const answer = await closed.request('POST', '/invitations', {
      token: root.token,
      body: { email: 'a@example.com' },
    })
    expect(answer.body.code).toBe('sign_up_closed')
    const accepting = await closed.request('POST', '/auth/accept-invitation', {
      body: { token: (await invited()).link, username: 'ben', password: testPassword },
    })
    expect(accepting.body.code).toBe('sign_up_closed')
  })

  test('of 20 who come with one link at once, one gets an account', async () => {
    const { link } = await invited()
    const elsewhere: Context = { ...server.ctx, db: await database.connect() }
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        codeOf(
          acceptInvitation(
            i % 2 === 0 ? server.ctx : elsewhere,
            { token: link, username: `racer${i}`, password: testPassword },
            client,
          ),
        ),
      ),
    )
    expect(outcomes.toSorted()).toEqual(['done', ...Array(19).fill('invalid_challenge')])
  })

  test('are refused to whoever comes while they are revoked, or their sender demoted', async () => {
    const elsewhere: Context = { ...server.ctx, db: await database.connect() }
    await sql`select 1`.execute(elsewhere.db)
    await server.admin('stays')
    const ways: [string, (ctx: Context, id: string) => Promise<unknown>][] = [
      ['invalid_challenge', (ctx, id) => revokeInvitation(ctx, system, id)],
      ['invitation_void', (ctx) => setRoles(ctx, system, root.id, ['member'])],
    ]
    for (const [expected, work] of ways) {
      const { id, link } = await invited(['admin'])
      const input = { token: link, username: 'racer', password: testPassword }
      const { waiting } = await database.db.transaction().execute(async (db) => {
        await work({ ...server.ctx, db }, id)
        const waiting = codeOf(acceptInvitation(elsewhere, input, client))
        if (dialect === 'postgres') await untilSomebodyWaits(db)
        return { waiting }
      })
      expect(await waiting).toBe(expected)
    }
  })

  test('the system may invite, whoever comes and goes', async () => {
    const invitation = await invite(server.ctx, system, { email: 'cli@example.com', roles: ['admin'] })
    expect(invitation).toMatchObject({ invitedBy: 'system', status: 'pending' })
    expect((await accept(await linkTo('cli@example.com'))).body.user.roles).toEqual(['admin'])
  })
})
