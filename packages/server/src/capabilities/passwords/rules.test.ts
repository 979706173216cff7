import { beforeAll, describe, expect, it, test } from 'vitest'
import { createFirstAdministrator } from '../../cli/commands/first-administrator.ts'
import { loggerTo } from '../../platform/log.ts'
import { testConfig, testSettings } from '../../testing/context.ts'
import { describeEachDatabase, type TestDatabase } from '../../testing/databases.ts'
import { testServer } from '../../testing/server.ts'
import { createAccount, updateUser } from '../accounts/index.ts'
import { logPasswordRules } from './start.ts'

const system = { kind: 'system' } as const
/** Of 20 and 19 characters; the first one's last letter takes two code points until it is composed. */
const [twenty, nineteen] = ['tin-lantern-orchard\u00e9', 'tin-lantern-orchar\u00e9'] as const

describeEachDatabase('new passwords, with GATEHOUSE_PASSWORD_MIN', (open) => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await open()
  })
  const serverWith = (environment: Record<string, string>) =>
    testServer(database.db, { settings: environment })
  const tooShort = {
    field: 'password',
    code: 'too_short',
    detail: 'A password has at least 20 characters.',
  }

  test('are as long as it says, wherever they are set', async () => {
    const server = await serverWith({ GATEHOUSE_PASSWORD_MIN: '20' })
    const post = (path: string, body: object) => server.request('POST', path, { body })
    const short = await post('/auth/sign-up', { username: 'ana', password: nineteen })
    expect(short.body.errors).toEqual([tooShort])
    // decomposed, it has twenty code points: what is stored counts
    const decomposed = await post('/auth/sign-up', { username: 'ana', password: nineteen.normalize('NFD') })
    expect(decomposed.body.errors).toEqual([tooShort])
    const { body } = await post('/auth/sign-up', { username: 'ana', password: twenty })
    const change = { password: nineteen, current_password: twenty }
    const changed = await server.request('PATCH', '/users/me', { token: body.token, body: change })
    expect(changed.body.errors).toEqual([tooShort])

    const ben = await createAccount(server.ctx, system, { username: 'ben' })
    for (const attempt of [
      createAccount(server.ctx, system, { username: 'cleo', password: nineteen }),
      updateUser(server.ctx, system, ben.id, { password: nineteen }),
    ])
      await expect(attempt).rejects.toMatchObject({ errors: [tooShort] })

    await updateUser(server.ctx, system, ben.id, { password: twenty, mustChangePassword: true })
    const step = await post('/auth/sign-in', { username: 'ben', password: twenty })
    const { challenge } = step.body
    const replaced = await post('/auth/change-password', { challenge, password: nineteen })
    expect(replaced.body.errors).toEqual([tooShort])
    const other = 'velvet-harbor-orchard-cafe\u0301'
    expect((await post('/auth/change-password', { challenge, password: other })).status).toBe(200)
    expect((await post('/auth/sign-in', { username: 'ben', password: other })).status).toBe(200)
  })

  test('are described by it, in the reference and on the page', async () => {
    const server = await serverWith({ GATEHOUSE_PASSWORD_MIN: '20' })
    const { schemas } = (await server.request('GET', '/openapi.json')).body.components
    for (const name of ['SignUp', 'UserChanges', 'ChangePassword', 'ResetPassword', 'AcceptInvitation'])
      expect(schemas[name].properties.password).toMatchObject({ minLength: 20, maxLength: 256 })
    expect(schemas.SignIn.properties.password).not.toHaveProperty('minLength')
    expect((await server.request('GET', '/sign-up')).text).toContain('At least 20 characters')
  })

  test('leave alone those that people have already', async () => {
    const before = await serverWith({ GATEHOUSE_PASSWORD_MIN: '8' })
    const old = 'jy7#vQp2Lx9!'
    const body = { username: 'dora', password: old }
    expect((await before.request('POST', '/auth/sign-up', { body })).status).toBe(201)
    const server = await serverWith({})
    const { status, body: answer } = await server.request('POST', '/auth/sign-in', { body })
    expect(status).toBe(200)
    const change = { password: `${old}-9`, current_password: old }
    const refused = await server.request('PATCH', '/users/me', { token: answer.token, body: change })
    expect(refused.body.errors).toMatchObject([{ code: 'too_short' }])
    const longer = { password: twenty, current_password: old }
    const changed = await server.request('PATCH', '/users/me', { token: answer.token, body: longer })
    expect(changed.status).toBe(200)
  })

  test('do not consist of the username, the address or the name of the application', async () => {
    const server = await serverWith({ GATEHOUSE_APP_NAME: 'Tarnwick Ledgerly' })
    const about = { email: 'qorvath.millburn@zephyrine.example' }
    const tried = [
      'qorvath.millburn1',
      'qorvath.millburn@zephyrine.example',
      'TarnwickLedgerly7',
      'vexhollow-thrum1',
    ]
    for (const password of tried) {
      const body = { username: 'vexhollow-thrum', ...about, password }
      const answer = await server.request('POST', '/auth/sign-up', { body })
      expect([password, answer.body.errors?.[0].code]).toEqual([password, 'weak_password'])
    }
    const elsewhere = await serverWith({})
    for (const [i, password] of tried.entries()) {
      const body = { username: `stranger-${i}`, password }
      expect((await elsewhere.request('POST', '/auth/sign-up', { body })).status).toBe(201)
    }
    // a change knows the address that the account has
    const eve = await createAccount(elsewhere.ctx, system, { username: 'eve', ...about })
    const change = updateUser(elsewhere.ctx, system, eve.id, { password: 'qorvath.millburn1' })
    await expect(change).rejects.toMatchObject({ errors: [{ code: 'weak_password' }] })
  })
})

describeEachDatabase('the first administrator', (open) => {
  test('gets a password that is long enough', async () => {
    const settings = { GATEHOUSE_PASSWORD_MIN: '64' }
    const server = await testServer((await open()).db, { settings })
    expect((await createFirstAdministrator(server.ctx))?.password).toMatch(/^[\w-]{64}$/)
  })
})

describe('a start', () => {
  const linesWith = (min: string): string => {
    let lines = ''
    const log = loggerTo('info', {
      write: (line: string) => {
        lines += line
      },
    })
    logPasswordRules({ config: testConfig({}, { GATEHOUSE_PASSWORD_MIN: min }), log })
    return lines
  }

  it('says what the standard requires where the setting is below it', () => {
    expect(linesWith('14')).toMatch(/"min":14.*SP 800-63B-4 requires at least 15 characters/)
    expect(linesWith('15')).toBe('')
  })

  it.each(['7', '65', 'many'])('refuses %s', (min) => {
    expect(() => testSettings({ GATEHOUSE_PASSWORD_MIN: min })).toThrow(/GATEHOUSE_PASSWORD_MIN/)
  })
})
