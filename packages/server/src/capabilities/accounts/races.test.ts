import { sql } from 'kysely'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Actor, Context } from '../../context.ts'
import { describeEachDatabase, type TestDatabase } from '../../testing/databases.ts'
import { type Person, type TestServer, testServer } from '../../testing/server.ts'
import { untilSomebodyWaits } from '../../testing/waiting.ts'
import { deleteRole, putRole } from '../roles/index.ts'
import { createAccount, deleteUser, setRoles, updateUser } from './index.ts'

const system: Actor = { kind: 'system' }

function actingAs({ id, token }: Person): Actor {
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
  return { kind: 'user', id, session: claims.sid, authTime: claims.auth_time * 1000, mayUsePower: true }
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'done'
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error)
  }
}

describeEachDatabase('two at once', (open, dialect) => {
  let database: TestDatabase
  let server: TestServer
  let elsewhere: Context
  beforeAll(async () => {
    database = await open()
    server = await testServer(database.db)
    elsewhere = { ...server.ctx, db: await database.connect() }
    // PostgreSQL tells a transaction of the connections that were there when it first asked
    await sql`select 1`.execute(elsewhere.db)
  })

  /**
   * Does `first` in a transaction that stays open until `second`, on another connection, waits for it; tells what came
   * of `second`. Without a lock nobody would come to wait, and that fails. SQLite lets no other transaction begin.
   */
  async function overlap(
    first: (ctx: Context) => Promise<unknown>,
    second: (ctx: Context) => Promise<unknown>,
  ) {
    const { waiting } = await database.db.transaction().execute(async (db) => {
      await first({ ...server.ctx, db })
      const waiting = codeOf(second(elsewhere))
      if (dialect === 'postgres') await untilSomebodyWaits(db)
      return { waiting }
    })
    return waiting
  }

  /** The only two administrators. */
  async function twoAdministrators(): Promise<[Person, Person]> {
    const rows = await server.ctx.db
      .selectFrom('user_roles')
      .select('user_id')
      .where('role', '=', 'admin')
      .execute()
    const pair = [await server.admin(`a${Math.random()}`), await server.admin(`b${Math.random()}`)] as [
      Person,
      Person,
    ]
    for (const { user_id } of rows) await server.giveRoles(user_id, ['member'])
    return pair
  }

  describe('of the last two administrators one stays', () => {
    const ways: Record<string, (ctx: Context, actor: Actor, id: string) => Promise<unknown>> = {
      demoted: (ctx, actor, id) => setRoles(ctx, actor, id, ['member']),
      disabled: (ctx, actor, id) => updateUser(ctx, actor, id, { disabled: true }),
      deleted: (ctx, actor, id) => deleteUser(ctx, actor, id),
    }
    for (const [one, first] of Object.entries(ways)) {
      for (const [other, second] of Object.entries(ways)) {
        test(`one ${one}, the other ${other}, by the system`, async () => {
          const [a, b] = await twoAdministrators()
          const code = await overlap(
            (ctx) => first(ctx, system, a.id),
            (ctx) => second(ctx, system, b.id),
          )
          expect(code).toBe('last_administrator')
        })
      }
    }

    test('each leaving by themselves', async () => {
      const [a, b] = await twoAdministrators()
      const code = await overlap(
        (ctx) => deleteUser(ctx, actingAs(a), a.id),
        (ctx) => deleteUser(ctx, actingAs(b), b.id),
      )
      expect(code).toBe('last_administrator')
    })
  })

  describe('whoever is being demoted', () => {
    const deeds: Record<string, (ctx: Context, actor: Actor, id: string) => Promise<unknown>> = {
      'gives roles': (ctx, actor, id) => setRoles(ctx, actor, id, ['admin']),
      'changes somebody’s e-mail': (ctx, actor, id) => updateUser(ctx, actor, id, { email: 'x@example.com' }),
      'disables somebody': (ctx, actor, id) => updateUser(ctx, actor, id, { disabled: true }),
      'deletes somebody': (ctx, actor, id) => deleteUser(ctx, actor, id),
      'makes a role': (ctx, actor) => putRole(ctx, actor, 'backdoor', ['users:write']),
      'deletes a role': (ctx, actor) => deleteRole(ctx, actor, 'spare'),
      'makes an account': (ctx, actor) =>
        createAccount(ctx, actor, {
          username: `m${Math.random()}`,
          password: 'staple-horse-battery-9',
          roles: ['admin'],
        }),
    }
    for (const [name, deed] of Object.entries(deeds)) {
      test(`${name} no more`, async () => {
        await server.role('spare', [])
        const [former, victim] = [
          await server.admin(`f${Math.random()}`),
          await server.member(`v${Math.random()}`),
        ]
        await server.admin(`stays${Math.random()}`)
        const code = await overlap(
          (ctx) => setRoles(ctx, system, former.id, ['member']),
          (ctx) => deed(ctx, actingAs(former), victim.id),
        )
        expect(code).toBe('forbidden')
      })
    }

    test('by a change of their role reaches nobody either', async () => {
      await server.role('waning', ['users:write'])
      const [former, victim] = [
        await server.officer(`w${Math.random()}`, ['waning']),
        await server.member(`v${Math.random()}`),
      ]
      const code = await overlap(
        (ctx) => putRole(ctx, system, 'waning', []),
        (ctx) => updateUser(ctx, actingAs(former), victim.id, { disabled: true }),
      )
      expect(code).toBe('forbidden')
    })

    test('to a role that may still write roles no longer changes the one that everybody gets', async () => {
      await server.role('keeper', ['roles:write'])
      const former = await server.admin(`k${Math.random()}`)
      await server.admin(`stays${Math.random()}`)
      const code = await overlap(
        (ctx) => setRoles(ctx, system, former.id, ['keeper']),
        (ctx) => putRole(ctx, actingAs(former), 'member', ['roles:write']),
      )
      expect(code).toBe('administrator_required')
    })

    test('by being disabled does nothing more, to themselves neither', async () => {
      const former = await server.admin(`d${Math.random()}`)
      const code = await overlap(
        (ctx) => updateUser(ctx, system, former.id, { disabled: true }),
        (ctx) => updateUser(ctx, actingAs(former), former.id, { email: 'still@example.com' }),
      )
      expect(code).toBe('session_ended')
    })
  })

  test('whoever is being promoted is out of reach at once', async () => {
    await server.role('support', ['users:write'])
    const [support, rising] = [
      await server.officer(`s${Math.random()}`, ['support']),
      await server.member(`r${Math.random()}`),
    ]
    const code = await overlap(
      (ctx) => setRoles(ctx, system, rising.id, ['admin']),
      (ctx) => updateUser(ctx, actingAs(support), rising.id, { disabled: true }),
    )
    expect(code).toBe('forbidden')
  })

  test('a role cannot go while it is being given', async () => {
    await server.role('fleeting', [])
    const ana = await server.member(`g${Math.random()}`)
    const code = await overlap(
      (ctx) => setRoles(ctx, system, ana.id, ['fleeting']),
      (ctx) => deleteRole(ctx, system, 'fleeting'),
    )
    expect(code).toBe('role_in_use')
  })

  test('a username goes to one of two', async () => {
    const name = `n${Math.random()}`
    const account = { username: name, password: 'staple-horse-battery-9' }
    const outcomes = await Promise.all([
      codeOf(createAccount(server.ctx, system, account)),
      codeOf(createAccount(elsewhere, system, { ...account, username: name.toUpperCase() })),
    ])
    expect(outcomes.sort()).toEqual(['done', 'username_taken'])
  })

  test('a username goes to one of two who rename themselves', async () => {
    const [ana, bob] = [await server.member(`x${Math.random()}`), await server.member(`y${Math.random()}`)]
    const wanted = `z${Math.random()}`
    const code = await overlap(
      (ctx) => updateUser(ctx, actingAs(ana), ana.id, { username: wanted }),
      (ctx) => updateUser(ctx, actingAs(bob), bob.id, { username: wanted }),
    )
    expect(code).toBe('username_taken')
  })
})
