import { parsers } from './parsers.ts'
import { defineSettings, type Values } from './setting.ts'

const {
  audiences,
  databaseUrl,
  duration,
  folder,
  host,
  onOff,
  oneOf,
  origins,
  port,
  sealingSecret,
  sharedSecret,
  url,
  whole,
} = parsers

/** The settings of the server itself; help and documentation list them before those of capabilities. */
export const coreSettings = defineSettings({
  port: {
    name: 'PORT',
    value: '<port>',
    fallback: '3000',
    help: 'Port to listen on; 0 for any free one.',
    parse: port,
  },
  host: {
    name: 'HOST',
    value: '<address>',
    fallback: '127.0.0.1',
    help: 'Address to listen on. Any but loopback needs an https issuer.',
    parse: host,
  },
  issuer: {
    name: 'GATEHOUSE_ISSUER',
    value: '<url>',
    help: 'The address that people and APIs reach the server under; the `iss` of tokens. Default: http://localhost:PORT.',
    parse: url,
  },
  allowInsecureIssuer: {
    name: 'ALLOW_INSECURE_ISSUER',
    value: '<on|off>',
    fallback: 'off',
    help: 'Allows an http issuer although HOST is not loopback.',
    parse: onOff,
  },
  audiences: {
    name: 'GATEHOUSE_AUDIENCES',
    value: '<names>',
    fallback: 'api',
    help: 'The APIs that tokens are for, comma-separated.',
    parse: audiences,
  },
  databaseUrl: {
    name: 'DATABASE_URL',
    value: '<url>',
    secret: true,
    help: 'PostgreSQL (postgres://…), also with several hosts (postgres://a:5432,b:5432/name). Without it: SQLite in GATEHOUSE_DATA_DIR.',
    parse: databaseUrl,
  },
  databasePoolSize: {
    name: 'DATABASE_POOL_SIZE',
    value: '<n>',
    fallback: '10',
    help: 'Connections to PostgreSQL (or its pooler) at most; LISTEN takes one more.',
    parse: whole(1, 200),
  },
  databaseListen: {
    name: 'DATABASE_LISTEN',
    value: '<on|off>',
    fallback: 'on',
    help: 'Hears of revocations by LISTEN, faster than by asking four times a second; `off` behind a transaction pooler, where it hears nothing.',
    parse: onOff,
  },
  dataDir: {
    name: 'GATEHOUSE_DATA_DIR',
    value: '<folder>',
    fallback: './.gatehouse',
    help: 'Where SQLite and a secret made at first start are kept; no other user may write to it.',
    parse: folder,
  },
  secret: {
    name: 'GATEHOUSE_SECRET',
    value: '<text>',
    secret: true,
    help: 'Seals private keys in the database; 32 bytes or more. With SQLite one is made when absent; PostgreSQL needs it.',
    parse: sealingSecret,
  },
  oldSecret: {
    name: 'GATEHOUSE_SECRET_OLD',
    value: '<text>',
    secret: true,
    help: 'The secret before GATEHOUSE_SECRET, until `gatehouse key reseal` has run.',
    parse: sealingSecret,
  },
  corsOrigins: {
    name: 'GATEHOUSE_CORS_ORIGINS',
    value: '<origins>',
    fallback: '',
    help: 'Origins whose pages may call the server, comma-separated.',
    parse: origins,
  },
  throttlesUrl: {
    name: 'GATEHOUSE_THROTTLES_URL',
    value: '<url>',
    secret: true,
    help: 'Counts attempts in Redis: redis://host:6379/0, or rediss:// for TLS; `?prefix=` begins each key. Default: in the database.',
    parse: parsers.redisUrl,
  },
  limits: {
    name: 'GATEHOUSE_LIMITS',
    value: '<on|off>',
    fallback: 'on',
    help: 'Throttles on sign-in, sign-up and questions to the revocation feed; `off` is for load tests.',
    parse: onOff,
  },
  tokenProfile: {
    name: 'GATEHOUSE_TOKEN_PROFILE',
    value: '<name>',
    fallback: 'default',
    help: '`default` (RFC 9068, signed with a key pair) or `shared-secret` (HS256 with JWT_SECRET).',
    parse: oneOf('default', 'shared-secret'),
  },
  jwtSecret: {
    name: 'JWT_SECRET',
    value: '<text>',
    secret: true,
    help: 'The shared secret of the shared-secret profile; 32 bytes or more.',
    parse: sharedSecret,
  },
  accessTokenLifetime: {
    name: 'GATEHOUSE_TOKEN_LIFETIME',
    value: '<time>',
    fallback: '10m',
    help: 'How long an access token lives (1m to 1h).',
    parse: duration('1m', '1h'),
  },
})

/** How the server is run; listed last. */
export const operationSettings = defineSettings({
  trustProxy: {
    name: 'TRUST_PROXY',
    value: '<n>',
    fallback: '0',
    help: 'How many proxies stand before the server; their X-Forwarded-For is believed.',
    parse: whole(0, 10),
  },
  metricsPort: {
    name: 'METRICS_PORT',
    value: '<port>',
    help: 'Serves Prometheus metrics on this port of 127.0.0.1.',
    parse: port,
  },
  logLevel: {
    name: 'LOG_LEVEL',
    value: '<level>',
    fallback: 'info',
    help: 'debug, info, warn, error or silent.',
    parse: oneOf('debug', 'info', 'warn', 'error', 'silent'),
  },
  hashWorkers: {
    name: 'GATEHOUSE_HASH_WORKERS',
    value: '<n>',
    fallback: String(Math.max(1, Math.min(8, parsers.cores()))),
    help: 'Threads that hash passwords. Default: one for each core, 8 at most.',
    parse: whole(1, 64),
  },
  hashQueue: {
    name: 'GATEHOUSE_HASH_QUEUE',
    value: '<n>',
    fallback: '200',
    help: 'Sign-ins that may wait for a thread; beyond that the answer is 503.',
    parse: whole(1, 100_000),
  },
  production: {
    name: 'GATEHOUSE_PRODUCTION',
    value: '<on|off>',
    fallback: 'off',
    help: 'Turns development features off even where HOST and issuer are both loopback.',
    parse: onOff,
  },
})

/** The parsed settings of the server itself. */
export type CoreSettings = Values<typeof coreSettings.settings> & Values<typeof operationSettings.settings>
