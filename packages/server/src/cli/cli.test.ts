import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, inject, it, onTestFinished } from 'vitest'
import { signIn } from '../capabilities/sign-in/index.ts'
import { DomainError } from '../platform/errors.ts'
import { readConfig } from '../read-config.ts'
import { openRuntime } from '../runtime.ts'
import { gatehouse, gatehouseProcess, type Ran } from '../testing/command-line.ts'
import { describeEachDatabase } from '../testing/databases.ts'

const password = 'staple-horse-battery-9'

describeEachDatabase('gatehouse, on the command line', (open, dialect) => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-cli-'))
  let environment: Record<string, string> = { GATEHOUSE_DATA_DIR: folder }
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  beforeAll(async () => {
    if (dialect === 'sqlite') return
    const { config } = await open()
    if (config.kind !== 'postgres') throw new Error('expected PostgreSQL')
    environment = { DATABASE_URL: config.url, GATEHOUSE_SECRET: 'a secret of thirty-two bytes or more' }
  })

  const run = (args: string, input?: string): Promise<Ran> => gatehouse(args.split(' '), environment, input)
  /** Runs a command in front of a person who answers so; gives the questions too. */
  const asked = async (args: string, answer: string): Promise<Ran & { questions: string[] }> => {
    const questions: string[] = []
    const ask = async (question: string): Promise<string> => {
      questions.push(question)
      return answer
    }
    return { ...(await gatehouse(args.split(' '), environment, '', { ask })), questions }
  }
  /** Runs what has to succeed, and gives what it printed. */
  const told = async (args: string, input?: string): Promise<Record<string, unknown>> => {
    const { code, stdout, stderr } = await run(args, input)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    return JSON.parse(stdout) as Record<string, unknown>
  }
  /** What becomes of a sign-in with the password that commands set here. */
  const signInOf = async (username: string): Promise<unknown> => {
    const { ctx, close } = await openRuntime(readConfig({ ...environment, LOG_LEVEL: 'silent' }))
    try {
      await signIn(ctx, { username, password }, { address: '192.0.2.7', hints: {} })
      return 'signed in'
    } catch (error) {
      return error instanceof DomainError ? error.code : error
    } finally {
      await close()
    }
  }

  it('brings the database up to date, once', async () => {
    await run('migrate')
    expect(await told('migrate')).toEqual({ steps: [] })
  })

  it('works as a process: reads what is piped in, prints JSON into a pipe', async () => {
    const ran = await gatehouseProcess(
      'user create eve --password-stdin'.split(' '),
      environment,
      `${password}\n`,
    )
    expect(ran).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse(ran.stdout)).toMatchObject({ username: 'eve', roles: ['member'] })
    expect(await told('user delete eve --yes')).toMatchObject({ username: 'eve' })
  })

  it('makes an account with a role, whose password comes by standard input', async () => {
    expect(await told('user create ana --role admin --password-stdin', `${password}\n`)).toMatchObject({
      username: 'ana',
      roles: ['admin'],
      disabled: false,
    })
    expect(await told('user list')).toMatchObject({ users: [{ username: 'ana' }], next: null })
    expect(await told('user list --query b')).toMatchObject({ users: [] })
  })

  it('says what is wrong with a field, and that something failed', async () => {
    const { code, stderr, stdout } = await run('user create bo --password-stdin', 'password')
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/ {2}username: .*\n/)
    expect(stderr).not.toContain('    at ')
  })

  it('does not ask for a password where nobody can answer', async () => {
    const { code, stderr } = await run('user create bob')
    expect(code).toBe(2)
    expect(stderr).toContain('--password-stdin')
  })

  it('disables, enables and deletes', async () => {
    await told('user create bob --password-stdin', password)
    expect(await told('user disable bob')).toMatchObject({ disabled: true })
    expect(await told('user enable bob')).toMatchObject({ disabled: false })
    const { parts } = await told('user export bob')
    expect(parts).toContainEqual(
      expect.objectContaining({ name: 'account', records: [expect.objectContaining({ username: 'bob' })] }),
    )
    expect(await told('user set-password bob --password-stdin', `${password}0`)).toMatchObject({
      username: 'bob',
    })
    await told('user delete bob --yes')
    const { code, stderr } = await run('user show bob')
    expect({ code, stderr }).toEqual({ code: 1, stderr: 'User not found\n' })
  })

  it('sets a password that its user has to replace, and creates users without one', async () => {
    await told('user create kim --no-password')
    expect(await signInOf('kim')).toBe('wrong_credentials')
    const refused = await run('user create kai --no-password --must-change')
    expect(refused).toMatchObject({ code: 2, stdout: '' })
    expect(refused.stderr).toContain('--no-password')
    await told('user set-password kim --must-change --password-stdin', password)
    await told('user create kai --must-change --password-stdin', password)
    expect(await signInOf('kim')).toBe('password_change_required')
    expect(await signInOf('kai')).toBe('password_change_required')
    await told('user set-password kim --password-stdin', password)
    expect(await signInOf('kim')).toBe('signed in')
    await told('user delete kim --yes')
    await told('user delete kai --yes')
  })

  it('deletes nobody before a person said yes, and asks for --yes where there is none', async () => {
    await told('user create zoe --password-stdin', password)
    const question = 'Delete user zoe? This cannot be undone. [y/N] '
    for (const no of ['', 'n', 'no', 'yesterday']) {
      const refused = await asked('user delete zoe', no)
      expect(refused).toMatchObject({ code: 1, stderr: 'Nothing was changed.\n', questions: [question] })
    }
    const piped = await run('user delete zoe', 'y\n')
    expect(piped).toMatchObject({ code: 2, stdout: '' })
    expect(piped.stderr).toContain('--yes')
    expect(await told('user show zoe')).toMatchObject({ username: 'zoe' })
    expect(await asked('user delete zoe', ' Y ')).toMatchObject({ code: 0, questions: [question] })
    expect((await run('user show zoe')).code).toBe(1)
    // nobody is asked about a user who does not exist
    expect(await asked('user delete zoe', 'y')).toMatchObject({ code: 1, questions: [] })
  })

  it('empties no role before a person said yes, and asks for --yes where there is none', async () => {
    await told('role put vip lounge:enter')
    const question = 'Remove every permission (lounge:enter) from role vip? [y/N] '
    expect(await asked('role put vip', 'n')).toMatchObject({ code: 1, questions: [question] })
    const piped = await run('role put vip', 'y\n')
    expect(piped.code).toBe(2)
    expect(piped.stderr).toContain('--yes')
    expect(await told('role list')).toMatchObject({
      roles: expect.arrayContaining([{ name: 'vip', permissions: ['lounge:enter'] }]),
    })
    expect(await asked('role put vip', 'yes')).toMatchObject({ code: 0, questions: [question] })
    expect(await told('role put vip --yes')).toEqual({ name: 'vip', permissions: [] })
    expect(await told('role put vip lounge:enter')).toMatchObject({ permissions: ['lounge:enter'] })
    await told('role delete vip')
  })

  it('may change the role that everybody gets', async () => {
    expect(await told('role put member lounge:enter')).toMatchObject({ permissions: ['lounge:enter'] })
    expect(await told('role put member --yes')).toMatchObject({ permissions: [] })
  })

  it('makes roles, grants them and takes them away', async () => {
    expect(await told('role put editor posts:write posts:delete')).toEqual({
      name: 'editor',
      permissions: ['posts:delete', 'posts:write'],
    })
    expect(await told('role grant ana editor')).toMatchObject({ roles: ['admin', 'editor'] })
    expect((await run('role delete editor')).code).toBe(1)
    expect(await told('role revoke ana editor')).toMatchObject({ roles: ['admin'] })
    await told('role delete editor')
    expect((await run('role put editor posts')).code).toBe(2)
    expect((await run('role grant ana nobody-made-this')).code).toBe(1)
  })

  it('keeps the last administrator', async () => {
    const { code, stderr } = await run('role revoke ana admin')
    expect(code).toBe(1)
    expect(stderr).toMatch(/administrator/)
  })

  it('lists and ends sessions', async () => {
    expect(await told('session list ana')).toEqual({ sessions: [], next: null })
    expect(await told('session end ana')).toMatchObject({ session: null })
    expect((await run('session end ana 019a8f4e-6b1c-7d7e-9d0b-0c6a2f3e4d5c')).code).toBe(1)
    expect((await run('session list ana --limit 0')).code).toBe(2)
  })

  it('lists, rotates and reseals keys, and prints no private part', async () => {
    const { kid } = await told('key rotate')
    const { keys } = (await told('key list')) as { keys: { kid: string; use: string }[] }
    expect(keys.filter((key) => key.use === 'token')).toHaveLength(2)
    expect(keys.map((key) => key.kid)).toContain(kid)
    expect(JSON.stringify(keys)).not.toMatch(/private|"d"/)
    expect(await told('key reseal')).toEqual({ resealed: 4, factors: 0 })
  })
})

it.each(['user list', 'user create ana --password-stdin', 'role list', 'session list ana', 'key rotate'])(
  '`gatehouse %s` says how to create a SQLite database that is missing, and makes nothing',
  async (args) => {
    const parent = mkdtempSync(join(tmpdir(), 'gatehouse-missing-'))
    onTestFinished(() => rmSync(parent, { recursive: true }))
    const GATEHOUSE_DATA_DIR = join(parent, 'data')
    const { code, stdout, stderr } = await gatehouse(args.split(' '), { GATEHOUSE_DATA_DIR }, password)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain(join(GATEHOUSE_DATA_DIR, 'gatehouse.db'))
    expect(stderr).toContain('`gatehouse migrate`')
    expect(existsSync(GATEHOUSE_DATA_DIR)).toBe(false)
  },
)

it.each(['user list', 'migrate', 'serve'])(
  '`gatehouse %s` says how to create a PostgreSQL database that is missing',
  async (args) => {
    const url = new URL(inject('postgresUrl'))
    url.pathname = '/no_such_database'
    const environment = { DATABASE_URL: url.href, GATEHOUSE_SECRET: 'a secret of thirty-two bytes or more' }
    const { code, stderr } = await gatehouseProcess(args.split(' '), environment)
    expect(code).toBe(1)
    expect(stderr).toContain('There is no database "no_such_database"')
    expect(stderr).toMatch(/createdb --host \S+ --port \d+ (--owner \S+ )?no_such_database\n/)
    expect(stderr).toContain('`gatehouse migrate`')
    expect(stderr).not.toMatch(/ {4}at /)
  },
)

it('says which setting is wrong when PostgreSQL rejects the user', async () => {
  const url = new URL(inject('postgresUrl'))
  url.username = 'no_such_user'
  const environment = { DATABASE_URL: url.href, GATEHOUSE_SECRET: 'a secret of thirty-two bytes or more' }
  const { code, stderr } = await gatehouse(['migrate'], environment)
  expect(code).toBe(1)
  expect(stderr).toMatch(
    /^PostgreSQL rejected the user or the password in DATABASE_URL \(.*no_such_user.*\)\.\n$/,
  )
})

it('lists every problem of the configuration at once, names flags, and repeats no secret', async () => {
  const { code, stderr } = await gatehouse(['migrate', '--port', '99999', '--gatehouse-secret', 'hunter2'], {
    GATEHOUSE_TOKEN_PROFILE: 'shared-secret',
  })
  expect(code).toBe(2)
  expect(stderr).toMatch(
    /PORT: [\s\S]*GATEHOUSE_SECRET: [\s\S]*JWT_SECRET: |JWT_SECRET: [\s\S]*GATEHOUSE_SECRET: /,
  )
  expect(stderr).not.toContain('hunter2')
})

it('lets a flag win over the environment', async () => {
  const { code, stderr } = await gatehouse(['migrate', '--port', 'x'], { PORT: '3000' })
  expect({ code, stderr: stderr.includes('PORT: must be a port') }).toEqual({ code: 2, stderr: true })
})

it.each([
  [['serve', '--prot', '1'], 'Did you mean --port?'],
  [['user', 'list', '--gatehouse-secert', 'x'], 'Did you mean --gatehouse-secret?'],
  [['serve', '--data-dir', 'x'], 'Did you mean --gatehouse-data-dir?'],
])('suggests the flag that was meant: %s', async (args, suggestion) => {
  const { code, stderr } = await gatehouse(args, {})
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(suggestion) })
})

it('refuses a misspelt setting in the environment', async () => {
  const { code, stderr } = await gatehouse(['migrate'], { GATEHOUSE_DATA_DRI: 'x' })
  expect(code).toBe(2)
  expect(stderr).toContain('GATEHOUSE_DATA_DRI: is not a setting. Did you mean GATEHOUSE_DATA_DIR?')
})

it.each([
  ['--help', 0],
  ['user --help', 0],
  ['--version', 0],
  ['', 2],
  ['usre', 2],
  ['serve --prot 1', 2],
  ['user create', 2],
])('`gatehouse %s` ends with %i', async (args, code) => {
  expect((await gatehouse(args.split(' ').filter(Boolean), {})).code).toBe(code)
  // and so does the process
  if (args === 'usre') expect((await gatehouseProcess([args], {})).code).toBe(code)
})
