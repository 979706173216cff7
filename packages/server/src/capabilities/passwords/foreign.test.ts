import { scryptSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { readForeignHash } from '../../platform/crypto/foreign/read.ts'
import { inTransaction } from '../../platform/db/transaction.ts'
import { describeEachDatabase } from '../../testing/databases.ts'
import { testServer } from '../../testing/server.ts'
import { addUser } from '../../testing/users.ts'
import { signIn } from '../sign-in/index.ts'
import { refreshPasswordCosts } from './costs.ts'
import { findHash, insertForeignHashes } from './store.ts'

const password = 'old cafe\u0301 password'
/** As typed: other products do not compose characters. */
const hash = `scrypt:16:8:1$sAlt$${scryptSync(password, 'sAlt', 64, { N: 16 }).toString('hex')}`

describeEachDatabase('a password that another product hashed', (open) => {
  async function serverWith(names: readonly string[]) {
    const server = await testServer((await open()).db)
    const { ctx } = server
    const reading = readForeignHash(hash)
    if (!reading.ok) throw new Error(reading.detail)
    const rows: { userId: string; hash: string }[] = []
    for (const name of names) rows.push({ userId: await addUser(ctx, name), hash: reading.value })
    await inTransaction(ctx, ({ db }) => insertForeignHashes(db, rows, 5))
    await refreshPasswordCosts(ctx)
    const status = async (username: string, typed: string) =>
      (await server.request('POST', '/auth/sign-in', { body: { username, password: typed } })).status
    return { ...server, rows, status }
  }

  test('signs its user in, and is one of ours from then on, with the time of its change', async () => {
    const { ctx, rows, status } = await serverWith(['ana'])
    expect(await status('ana', 'wrong')).toBe(401)
    expect(await findHash(ctx.db, rows[0]?.userId ?? '')).toContain('$scrypt$')
    expect(await status('ana', password)).toBe(200)
    const after = await ctx.db.selectFrom('credentials').selectAll().executeTakeFirstOrThrow()
    expect(after).toMatchObject({ foreign_cost: null, changed_at: 5 })
    expect(ctx.hasher.needsRehash(after.password_hash)).toBe(false)
    expect(await status('ana', password.normalize('NFC'))).toBe(200)
    expect(await status('ana', 'wrong')).toBe(401)
  })

  test('costs an unknown name as often as it costs an account, and the same each time', async () => {
    const { ctx } = await serverWith(['ana', 'bob', 'cyd', 'dan'])
    const hashes = ctx.db.updateTable('credentials').set({ foreign_cost: null, password_hash: 'x' })
    const half = ctx.db.selectFrom('users').select('id').where('username', 'in', ['ana', 'bob'])
    await hashes.where('user_id', 'in', half).execute()
    await refreshPasswordCosts(ctx)

    const costs: (string | undefined)[] = []
    const verifyNothing: typeof ctx.hasher.verifyNothing = async (typed, lane, cost) => {
      costs.push(cost)
      return ctx.hasher.verifyNothing(typed, lane, cost)
    }
    const watched = { ...ctx, hasher: { ...ctx.hasher, verifyNothing } }
    const attempt = (username: string) =>
      signIn(watched, { username, password: 'wrong' }, { address: '203.0.113.9', hints: {} }).catch(
        ({ code }) => code,
      )
    const names = Array.from({ length: 40 }, (_, i) => `nobody-${i}`)
    for (const name of [...names, ...names]) expect(await attempt(name)).toBe('wrong_credentials')

    expect(costs.slice(0, 40)).toEqual(costs.slice(40))
    expect(new Set(costs)).toEqual(new Set([undefined, '$scrypt$ln=4,r=8,p=1$']))
    const foreign = costs.slice(0, 40).filter((cost) => cost !== undefined).length
    expect(foreign).toBeGreaterThan(5)
    expect(foreign).toBeLessThan(35)
  })

  test('costs an unknown name nothing special once there is none left', async () => {
    const { ctx, status } = await serverWith(['ana'])
    expect(ctx.instance.passwordCosts.costFor(ctx, 'nobody')).toBe('$scrypt$ln=4,r=8,p=1$')
    expect(await status('ana', password)).toBe(200)
    await refreshPasswordCosts(ctx)
    expect(ctx.instance.passwordCosts.costFor(ctx, 'nobody')).toBeUndefined()
  })
})
