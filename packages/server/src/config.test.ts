import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { directoryOf } from './capabilities/accounts/index.ts'
import { sessionSettings } from './capabilities/sessions/index.ts'
import { signInSettings } from './capabilities/sign-in/index.ts'
import { readSettings } from './config/read-settings.ts'
import { defineSettings, flagOf, patternOf, settingsOf } from './config/setting.ts'
import { unknownSettings } from './config/unknown-settings.ts'
import { type Config, ConfigError } from './config.ts'
import { readConfig } from './read-config.ts'
import { settings } from './settings.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'gatehouse-config-'))
  folders.push(made)
  return made
}

const secret = 'a secret of thirty-two bytes, or more'
const other = 'another secret of 32 bytes, or more'
const read = (environment: Record<string, string> = {}): Config =>
  readConfig({ GATEHOUSE_DATA_DIR: folder(), ...environment })

function problemsOf(environment: Record<string, string>): string[] {
  try {
    read(environment)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(({ setting }) => setting)
    throw error
  }
  return []
}

describe('the configuration', () => {
  it('needs nothing: SQLite, loopback, ten minutes, two weeks', () => {
    const config = read()
    expect(config).toMatchObject({
      host: '127.0.0.1',
      port: 3000,
      issuer: 'http://localhost:3000',
      audiences: ['api'],
      database: { kind: 'sqlite' },
      corsOrigins: [],
      limits: true,
      tokenProfile: 'default',
      accessTokenLifetime: 600,
      trustProxy: 0,
      metricsPort: undefined,
      development: true,
    })
    expect(settingsOf(config, sessionSettings)).toEqual({ idle: 14 * 86_400, lifetime: 90 * 86_400 })
    expect(settingsOf(config, signInSettings)).toEqual({ signUp: 'open' })
    expect(directoryOf(config)).toBe('everyone')
  })

  it('reads everything that can be set', () => {
    const config = read({
      PORT: '8080',
      HOST: '0.0.0.0',
      GATEHOUSE_ISSUER: 'https://ID.example.com/',
      GATEHOUSE_AUDIENCES: 'lounge, billing,lounge',
      DATABASE_URL: 'postgres://app@db/gatehouse',
      GATEHOUSE_SECRET: secret,
      GATEHOUSE_SECRET_OLD: other,
      GATEHOUSE_CORS_ORIGINS: 'https://app.example.com',
      GATEHOUSE_LIMITS: 'off',
      GATEHOUSE_TOKEN_LIFETIME: '5m',
      GATEHOUSE_SIGN_UP: 'closed',
      GATEHOUSE_DIRECTORY: 'everyone',
      TRUST_PROXY: '2',
      METRICS_PORT: '9464',
    })
    expect(config).toMatchObject({
      port: 8080,
      issuer: 'https://id.example.com',
      audiences: ['lounge', 'billing'],
      database: { kind: 'postgres', url: 'postgres://app@db/gatehouse', poolSize: 10 },
      secret: Buffer.from(secret),
      oldSecret: Buffer.from(other),
      corsOrigins: ['https://app.example.com'],
      limits: false,
      accessTokenLifetime: 300,
      trustProxy: 2,
      metricsPort: 9464,
      development: false,
    })
    expect(settingsOf(config, signInSettings)).toEqual({ signUp: 'closed' })
    expect(directoryOf(config)).toBe('everyone')
    expect(Object.isFrozen(config)).toBe(true)
    expect(Object.isFrozen(settingsOf(config, signInSettings))).toBe(true)
  })

  it.each([
    ['the world can reach it', { HOST: '0.0.0.0', GATEHOUSE_ISSUER: 'https://id.example.com' }],
    ['it stands behind a proxy', { GATEHOUSE_ISSUER: 'https://id.example.com' }],
    ['it is told so', { GATEHOUSE_PRODUCTION: 'on' }],
  ])(
    'turns development features off when %s, and keeps the directory for administrators',
    (_, environment) => {
      const config = read(environment)
      expect([config.development, directoryOf(config)]).toEqual([false, 'admins'])
    },
  )

  it('lists every problem at once, each once, and repeats no secret', () => {
    const wrong = {
      PORT: '70000',
      GATEHOUSE_ISSUER: 'ftp://example.com',
      DATABASE_URL: 'mysql://root:hunter2@db/app',
      GATEHOUSE_SECRET: 'short-hunter2',
      GATEHOUSE_TOKEN_PROFILE: 'shared-secret',
      JWT_SECRET: 'short-hunter2',
      TRUST_PROXY: 'yes',
      LOG_LEVEL: 'loud',
      GATEHOUSE_TOKEN_LIFETIME: '3d',
    }
    expect(problemsOf(wrong)).toEqual([
      'PORT',
      'GATEHOUSE_ISSUER',
      'DATABASE_URL',
      'GATEHOUSE_SECRET',
      'JWT_SECRET',
      'GATEHOUSE_TOKEN_LIFETIME',
      'TRUST_PROXY',
      'LOG_LEVEL',
    ])
    expect(() => read(wrong)).toThrow(/^(?![\s\S]*hunter2)/)
  })

  it.each([
    ['an http issuer on a reachable host', { HOST: '0.0.0.0' }, ['GATEHOUSE_ISSUER']],
    ['an http issuer of another machine', { GATEHOUSE_ISSUER: 'http://id.test' }, ['GATEHOUSE_ISSUER']],
    ['a port that nobody knows', { PORT: '0' }, ['GATEHOUSE_ISSUER']],
    ['JWT_SECRET alone', { JWT_SECRET: secret }, ['JWT_SECRET']],
    ['the shared-secret profile alone', { GATEHOUSE_TOKEN_PROFILE: 'shared-secret' }, ['JWT_SECRET']],
    [
      'a shared secret of 31 bytes',
      { GATEHOUSE_TOKEN_PROFILE: 'shared-secret', JWT_SECRET: 'x'.repeat(31) },
      ['JWT_SECRET'],
    ],
    ['PostgreSQL without a secret', { DATABASE_URL: 'postgres://db/app' }, ['GATEHOUSE_SECRET']],
    ['the issuer as an API', { GATEHOUSE_AUDIENCES: 'http://localhost:3000' }, ['GATEHOUSE_AUDIENCES']],
    ['no API', { GATEHOUSE_AUDIENCES: ' , ' }, ['GATEHOUSE_AUDIENCES']],
    ['an origin with a path', { GATEHOUSE_CORS_ORIGINS: 'https://a.example/x' }, ['GATEHOUSE_CORS_ORIGINS']],
    ['any origin', { GATEHOUSE_CORS_ORIGINS: '*' }, ['GATEHOUSE_CORS_ORIGINS']],
    [
      'a session that idles longer than it lives',
      { GATEHOUSE_SESSION_IDLE: '91d' },
      ['GATEHOUSE_SESSION_IDLE'],
    ],
    ['an issuer with a query', { GATEHOUSE_ISSUER: 'https://a.example/?x' }, ['GATEHOUSE_ISSUER']],
    ['an issuer with a password', { GATEHOUSE_ISSUER: 'https://:x@a.example' }, ['GATEHOUSE_ISSUER']],
  ])('refuses %s', (_, environment, settings) => {
    expect(problemsOf(environment)).toEqual(settings)
  })

  it.each([
    ['an http issuer that was allowed', { HOST: '0.0.0.0', ALLOW_INSECURE_ISSUER: 'on' }],
    ['IPv6 loopback', { HOST: '::1', GATEHOUSE_ISSUER: 'http://[::1]:3000' }],
    ['the shared-secret profile', { GATEHOUSE_TOKEN_PROFILE: 'shared-secret', JWT_SECRET: secret }],
    ['an empty value as none', { METRICS_PORT: '', GATEHOUSE_ISSUER: '' }],
  ])('takes %s', (_, environment) => {
    expect(problemsOf(environment)).toEqual([])
  })
})

describe('the secret', () => {
  it('is made once, for this user alone, and found again', () => {
    const GATEHOUSE_DATA_DIR = join(folder(), 'data')
    const first = read({ GATEHOUSE_DATA_DIR })
    expect(read({ GATEHOUSE_DATA_DIR }).secret).toEqual(first.secret)
    expect(read().secret).not.toEqual(first.secret)
    const path = join(GATEHOUSE_DATA_DIR, 'secret')
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readFileSync(path, 'utf8')).toHaveLength(43)
  })

  it('of the environment wins, and none is made', () => {
    const GATEHOUSE_DATA_DIR = folder()
    expect(read({ GATEHOUSE_DATA_DIR, GATEHOUSE_SECRET: secret }).secret).toEqual(Buffer.from(secret))
    expect(() => statSync(join(GATEHOUSE_DATA_DIR, 'secret'))).toThrow('ENOENT')
  })

  it('that cannot be kept is a problem of the folder', () => {
    expect(problemsOf({ GATEHOUSE_DATA_DIR: '/dev/null/data' })).toEqual(['GATEHOUSE_DATA_DIR'])
  })
})

it('gives every setting a flag and words', () => {
  for (const setting of settings) {
    if (patternOf(setting) === undefined) expect(flagOf(setting)).toMatch(/^--[a-z]+(-[a-z]+)*$/)
    expect(setting.help).toMatch(/\.$/)
  }
  const names = settings.map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
})

describe('a setting with <NAME> in its name', () => {
  const group = defineSettings({
    issuer: {
      name: 'GATEHOUSE_PROVIDER_<NAME>_ISSUER',
      value: '<url>',
      help: 'The issuer.',
      parse(text) {
        if (!text.startsWith('https:')) throw new Error('must be an https URL')
        return text
      },
    },
  })

  it('is a map of everything that is set, by the name in lower case', () => {
    const given = {
      GATEHOUSE_PROVIDER_ACME_ISSUER: 'https://a',
      GATEHOUSE_PROVIDER_BIG_CORP_ISSUER: 'https://b',
      GATEHOUSE_PROVIDER_NONE_ISSUER: '',
      GATEHOUSE_PROVIDER_ISSUER: 'https://c',
    }
    const { issuer } = readSettings(group, given, [])
    const typed: ReadonlyMap<string, string> = issuer
    expect([...typed]).toEqual([
      ['acme', 'https://a'],
      ['big_corp', 'https://b'],
    ])
    expect(unknownSettings(Object.values(group.settings), given, 'environment')).toEqual([
      {
        setting: 'GATEHOUSE_PROVIDER_ISSUER',
        problem: expect.stringMatching(/^is not a setting/),
      },
    ])
  })

  it('names the variable that is wrong', () => {
    const problems: unknown[] = []
    readSettings(group, { GATEHOUSE_PROVIDER_ACME_ISSUER: 'ftp://a' }, problems as never)
    expect(problems).toEqual([{ setting: 'GATEHOUSE_PROVIDER_ACME_ISSUER', problem: 'must be an https URL' }])
  })
})

it('refuses to read settings that no capability brings', () => {
  expect(() => settingsOf(read(), defineSettings({}))).toThrow('no capability brings')
})

describe('a name that is no setting', () => {
  const problemsIn = (
    given: Record<string, string>,
    source?: Parameters<typeof readConfig>[1],
  ): Record<string, string> => {
    try {
      readConfig({ GATEHOUSE_DATA_DIR: folder(), ...given }, source)
    } catch (error) {
      if (error instanceof ConfigError) {
        return Object.fromEntries(error.problems.map(({ setting, problem }) => [setting, problem]))
      }
      throw error
    }
    return {}
  }

  it('is named beside everything else that is wrong, with the setting that was meant', () => {
    expect(problemsIn({ GATEHOUSE_DIRECTROY: 'admins', GATEHOUSE_AUDIENCE_: 'a', PORT: 'x' })).toEqual({
      GATEHOUSE_DIRECTROY: 'is not a setting. Did you mean GATEHOUSE_DIRECTORY?',
      GATEHOUSE_AUDIENCE_: 'is not a setting. Did you mean GATEHOUSE_AUDIENCES?',
      PORT: expect.stringContaining('must be a port'),
    })
    expect(problemsIn({ GATEHOUSE_SOMETHING_ELSE: 'x' })).toEqual({
      GATEHOUSE_SOMETHING_ELSE: 'is not a setting.',
    })
  })

  it("is somebody else's in an environment where it does not begin with GATEHOUSE_", () => {
    expect(problemsIn({ PATH: '/bin', PROT: '1', npm_config_x: 'y' })).toEqual({})
  })

  it("may be a guard's, the prover's, or what Kubernetes says of a service", () => {
    const service = {
      GATEHOUSE_SERVICE_HOST: '10.0.0.1',
      GATEHOUSE_SERVICE_PORT: '3000',
      GATEHOUSE_SERVICE_PORT_HTTP: '3000',
      GATEHOUSE_PORT: 'tcp://10.0.0.1:3000',
      GATEHOUSE_PORT_3000_TCP: 'tcp://10.0.0.1:3000',
      GATEHOUSE_PORT_3000_TCP_ADDR: '10.0.0.1',
      GATEHOUSE_DB_SERVICE_HOST: '10.0.0.2',
      GATEHOUSE_DB_PORT: 'tcp://10.0.0.2:5432',
    }
    const others = { GATEHOUSE_AUDIENCE: 'a', GATEHOUSE_MANIFEST: 'm.json', GATEHOUSE_PROVE_NONCE: 'n' }
    expect(problemsIn({ ...service, ...others })).toEqual({})
    expect(problemsIn({ GATEHOUSE_PORT: '3000' })).toEqual({
      GATEHOUSE_PORT: 'is not a setting. Did you mean PORT?',
    })
  })

  it('is a mistake in an object of settings, whatever it begins with', () => {
    expect(problemsIn({ PROT: '1', HSOT: '::1', ISSUER: 'x', constructor: 'x' }, 'settings')).toEqual({
      ISSUER: 'is not a setting. Did you mean GATEHOUSE_ISSUER?',
      PROT: 'is not a setting. Did you mean PORT?',
      HSOT: 'is not a setting. Did you mean HOST?',
      constructor: 'is not a setting.',
    })
    expect(problemsIn({ GATEHOUSE_AUDIENCE: 'a' }, 'settings')).toEqual({
      GATEHOUSE_AUDIENCE: 'is not a setting. Did you mean GATEHOUSE_AUDIENCES?',
    })
  })

  it('does not count where the environment was handed over whole', () => {
    const { GATEHOUSE_ISSUER: _, ...environment } = process.env
    expect(problemsIn(environment as Record<string, string>, 'settings')).toEqual({})
  })
})

it('reads nothing from a prototype, and nothing that is not text', () => {
  const inherited = Object.create({ PORT: '8080', GATEHOUSE_DIRECTROY: 'x' }) as Record<string, string>
  expect(readConfig(Object.assign(inherited, { GATEHOUSE_DATA_DIR: folder() }), 'settings').port).toBe(3000)
  const numeric = { GATEHOUSE_DATA_DIR: folder(), PORT: 3000 as never }
  expect(() => readConfig(numeric, 'settings')).toThrow('PORT: must be text')
})
