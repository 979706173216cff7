import { parsers } from './parsers.ts'

/** What is wrong with one setting, in words that say what to do. */
export interface ConfigProblem {
  readonly setting: string
  readonly problem: string
}

/** One setting: how it is read, what it is without a value, and what it is for. */
export interface Setting<T> {
  readonly help: string
  /** The value when nothing is set, as text for people; parsed like any other. */
  readonly fallback?: string
  /** What to call the value in help: `<url>`. */
  readonly value: string
  readonly secret?: boolean
  readonly parse: (text: string) => T
}

const define = <T>(setting: Setting<T> & { fallback: string }): Setting<T> & { fallback: string } => setting
const optional = <T>(setting: Setting<T>): Setting<T | undefined> => setting

const {
  port,
  host,
  url,
  origins,
  audiences,
  clientSecrets,
  databaseUrl,
  folder,
  sealingSecret,
  sharedSecret,
  onOff,
  oneOf,
  whole,
  duration,
} = parsers

/** Every setting, in the order in which help and documentation list them. */
export const settings = {
  PORT: define({
    value: '<port>',
    fallback: '3000',
    help: 'Port to listen on; 0 for any free one.',
    parse: port,
  }),
  HOST: define({
    value: '<address>',
    fallback: '127.0.0.1',
    help: 'Address to listen on. Any but loopback needs an https issuer.',
    parse: host,
  }),
  GATEHOUSE_ISSUER: optional({
    value: '<url>',
    help: 'The address that people and APIs reach the server under; the `iss` of tokens. Default: http://localhost:PORT.',
    parse: url,
  }),
  ALLOW_INSECURE_ISSUER: define({
    value: '<on|off>',
    fallback: 'off',
    help: 'Allows an http issuer although HOST is not loopback.',
    parse: onOff,
  }),
  GATEHOUSE_AUDIENCES: define({
    value: '<names>',
    fallback: 'api',
    help: 'The APIs that tokens are for, comma-separated.',
    parse: audiences,
  }),
  DATABASE_URL: optional({
    value: '<url>',
    secret: true,
    help: 'PostgreSQL (postgres://…), also with several hosts (postgres://a:5432,b:5432/name). Without it: SQLite in GATEHOUSE_DATA_DIR.',
    parse: databaseUrl,
  }),
  DATABASE_POOL_SIZE: define({
    value: '<n>',
    fallback: '10',
    help: 'Connections to PostgreSQL (or its pooler) at most; LISTEN takes one more.',
    parse: whole(1, 200),
  }),
  DATABASE_LISTEN: define({
    value: '<on|off>',
    fallback: 'on',
    help: 'Hears of revocations by LISTEN, faster than by asking four times a second; `off` behind a transaction pooler, where it hears nothing.',
    parse: onOff,
  }),
  GATEHOUSE_DATA_DIR: define({
    value: '<folder>',
    fallback: './.gatehouse',
    help: 'Where SQLite and a secret made at first start are kept; no other user may write to it.',
    parse: folder,
  }),
  GATEHOUSE_SECRET: optional({
    value: '<text>',
    secret: true,
    help: 'Seals private keys in the database; 32 bytes or more. With SQLite one is made when absent; PostgreSQL needs it.',
    parse: sealingSecret,
  }),
  GATEHOUSE_SECRET_OLD: optional({
    value: '<text>',
    secret: true,
    help: 'The secret before GATEHOUSE_SECRET, until `gatehouse key reseal` has run.',
    parse: sealingSecret,
  }),
  GATEHOUSE_CORS_ORIGINS: define({
    value: '<origins>',
    fallback: '',
    help: 'Origins whose pages may call the server, comma-separated.',
    parse: origins,
  }),
  GATEHOUSE_LIMITS: define({
    value: '<on|off>',
    fallback: 'on',
    help: 'Throttles on sign-in, sign-up and questions to the revocation feed; `off` is for load tests.',
    parse: onOff,
  }),
  GATEHOUSE_TOKEN_PROFILE: define({
    value: '<name>',
    fallback: 'default',
    help: '`default` (RFC 9068, signed with a key pair) or `shared-secret` (HS256 with JWT_SECRET).',
    parse: oneOf('default', 'shared-secret'),
  }),
  JWT_SECRET: optional({
    value: '<text>',
    secret: true,
    help: 'The shared secret of the shared-secret profile; 32 bytes or more.',
    parse: sharedSecret,
  }),
  GATEHOUSE_SIGNING_ALGORITHM: define({
    value: '<name>',
    fallback: 'ES256',
    help: 'What new keys are for: ES256, EdDSA or RS256.',
    parse: oneOf('ES256', 'EdDSA', 'RS256'),
  }),
  GATEHOUSE_TOKEN_LIFETIME: define({
    value: '<time>',
    fallback: '10m',
    help: 'How long an access token lives (1m to 1h).',
    parse: duration('1m', '1h'),
  }),
  GATEHOUSE_SESSION_IDLE: define({
    value: '<time>',
    fallback: '14d',
    help: 'A session that is not used for so long ends.',
    parse: duration('5m', '365d'),
  }),
  GATEHOUSE_SESSION_LIFETIME: define({
    value: '<time>',
    fallback: '90d',
    help: 'A session ends after so long, used or not.',
    parse: duration('5m', '365d'),
  }),
  GATEHOUSE_KEY_ROTATION: define({
    value: '<time>',
    fallback: '90d',
    help: 'How long a key signs before the next one takes over.',
    parse: duration('1h', '365d'),
  }),
  GATEHOUSE_AUDIT_RETENTION: define({
    value: '<time>',
    fallback: '400d',
    help: 'How long events of the audit trail are kept (1d to 3650d).',
    parse: duration('1d', '3650d'),
  }),
  GATEHOUSE_CLIENT_SECRETS: define({
    value: '<name:secret,…>',
    fallback: '',
    secret: true,
    help: 'APIs that may ask about tokens (RFC 7662): the audience of each, and its secret of 32 characters or more.',
    parse: clientSecrets,
  }),
  GATEHOUSE_SIGN_UP: define({
    value: '<who>',
    fallback: 'open',
    help: 'Who may sign up: `open` to anyone; with `invited` or `closed` administrators create accounts.',
    parse: oneOf('open', 'invited', 'closed'),
  }),
  GATEHOUSE_DIRECTORY: optional({
    value: '<who>',
    help: 'Who may list users: `everyone` signed in, or `admins` (holders of `users:read`). Default: `everyone` in development, else `admins`.',
    parse: oneOf('everyone', 'admins'),
  }),
  TRUST_PROXY: define({
    value: '<n>',
    fallback: '0',
    help: 'How many proxies stand before the server; their X-Forwarded-For is believed.',
    parse: whole(0, 10),
  }),
  METRICS_PORT: optional({
    value: '<port>',
    help: 'Serves Prometheus metrics on this port of 127.0.0.1.',
    parse: port,
  }),
  LOG_LEVEL: define({
    value: '<level>',
    fallback: 'info',
    help: 'debug, info, warn, error or silent.',
    parse: oneOf('debug', 'info', 'warn', 'error', 'silent'),
  }),
  GATEHOUSE_HASH_WORKERS: define({
    value: '<n>',
    fallback: String(Math.max(1, Math.min(8, parsers.cores()))),
    help: 'Threads that hash passwords. Default: one for each core, 8 at most.',
    parse: whole(1, 64),
  }),
  GATEHOUSE_HASH_QUEUE: define({
    value: '<n>',
    fallback: '200',
    help: 'Sign-ins that may wait for a thread; beyond that the answer is 503.',
    parse: whole(1, 100_000),
  }),
  GATEHOUSE_PRODUCTION: define({
    value: '<on|off>',
    fallback: 'off',
    help: 'Turns development features off even where HOST and issuer are both loopback.',
    parse: onOff,
  }),
} as const satisfies Record<string, Setting<unknown>>

export type SettingName = keyof typeof settings

/** The parsed settings. */
export type Settings = {
  [Name in SettingName]: ReturnType<(typeof settings)[Name]['parse']> | OrAbsent<Name>
}
type OrAbsent<Name extends SettingName> = (typeof settings)[Name] extends { fallback: string }
  ? never
  : undefined

/** The flag of a setting: `--gatehouse-issuer` for GATEHOUSE_ISSUER. */
export const flagOf = (name: SettingName): string => `--${name.toLowerCase().replaceAll('_', '-')}`
