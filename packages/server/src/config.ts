import { readSettings } from './config/read-settings.ts'
import { readSecrets } from './config/secrets.ts'
import type { ConfigProblem, Settings } from './config/settings.ts'
import { type SettingsSource, unknownSettings } from './config/unknown-settings.ts'
import type { DatabaseConfig } from './platform/db/database-config.ts'
import type { LogLevel } from './platform/log-level.ts'

export type SigningAlgorithm = 'ES256' | 'EdDSA' | 'RS256'

/** Everything that can be set, parsed and checked once; frozen. Lifetimes are seconds. */
export interface Config {
  readonly host: string
  /** 0 for any free one. */
  readonly port: number
  /** The issuer's identifier: tokens' `iss`, and the address that people reach the server under. No trailing slash. */
  readonly issuer: string
  /** The APIs that tokens are for. */
  readonly audiences: readonly string[]
  readonly database: DatabaseConfig
  /** The secret of each API that may ask about tokens, by its audience. */
  readonly clientSecrets: ReadonlyMap<string, string>
  /** Whether LISTEN is used, which a transaction pooler does not let through. */
  readonly databaseListen: boolean
  readonly secret: Uint8Array
  readonly oldSecret: Uint8Array | undefined
  /** Origins that browsers may call from. */
  readonly corsOrigins: readonly string[]
  /** Whether sign-in, sign-up and questions to the feed are throttled. */
  readonly limits: boolean
  readonly tokenProfile: 'default' | 'shared-secret'
  /** The shared secret of the shared-secret profile. */
  readonly jwtSecret: Uint8Array | undefined
  readonly signingAlgorithm: SigningAlgorithm
  readonly accessTokenLifetime: number
  /** A session that is not used for so long ends. */
  readonly sessionIdleLifetime: number
  /** A session ends after so long, used or not. */
  readonly sessionLifetime: number
  /** How long a key signs before the next one takes over. */
  readonly keyRotationInterval: number
  /** How long events of the audit trail are kept. */
  readonly auditRetention: number
  /** Who may sign up. Unless it is `open`, administrators create accounts. */
  readonly signUp: 'open' | 'invited' | 'closed'
  /** Who may list users: everyone signed in, or administrators. */
  readonly directory: 'everyone' | 'admins'
  /** How many proxies stand before the server; their `X-Forwarded-For` is believed. */
  readonly trustProxy: number
  /** Undefined: no metrics listener. */
  readonly metricsPort: number | undefined
  readonly logLevel: LogLevel
  readonly hashWorkers: number
  /** Sign-ins that may wait for a hashing thread, in all. */
  readonly hashQueue: number
  /** Features for a developer's own machine: off unless host and issuer are both loopback. */
  readonly development: boolean
}

/** The configuration cannot be used; `problems` lists every reason. */
export class ConfigError extends Error {
  readonly code = 'config'
  readonly problems: readonly ConfigProblem[]

  constructor(problems: readonly ConfigProblem[]) {
    const lines = problems.map(({ setting, problem }) => `  ${setting}: ${problem}`)
    super(`The configuration cannot be used:\n${lines.join('\n')}`)
    this.name = 'ConfigError'
    this.problems = problems
  }
}

/**
 * Reads the configuration, an environment (or what flags made of one), once and whole.
 *
 * Makes the data folder and a secret there when SQLite is used and GATEHOUSE_SECRET is not set.
 *
 * @param source an `environment`, in which an unknown name that begins with GATEHOUSE_ is an error, or `settings` alone,
 *   in which every unknown name is
 * @throws ConfigError (`config`) naming every setting that is wrong or unknown
 * @example
 * const config = readConfig(process.env)
 */
export function readConfig(
  environment: Readonly<Record<string, string | undefined>>,
  source: SettingsSource = 'environment',
): Config {
  const problems: ConfigProblem[] = unknownSettings(environment, source)
  const settings = readSettings(environment, problems)
  crossCheck(settings, problems)
  if (problems.length > 0) throw new ConfigError(problems)
  const secrets = readSecrets(settings, problems)
  if (problems.length > 0) throw new ConfigError(problems)
  return Object.freeze(configOf(settings, secrets))
}

function configOf(settings: Settings, secrets: ReturnType<typeof readSecrets>): Config {
  const development = isDeveloperMachine(settings)
  return {
    host: settings.HOST,
    port: settings.PORT,
    issuer: issuerOf(settings),
    audiences: Object.freeze(settings.GATEHOUSE_AUDIENCES),
    database: databaseOf(settings),
    databaseListen: settings.DATABASE_LISTEN,
    clientSecrets: settings.GATEHOUSE_CLIENT_SECRETS,
    ...secrets,
    corsOrigins: Object.freeze(settings.GATEHOUSE_CORS_ORIGINS),
    limits: settings.GATEHOUSE_LIMITS,
    tokenProfile: settings.GATEHOUSE_TOKEN_PROFILE,
    signingAlgorithm: settings.GATEHOUSE_SIGNING_ALGORITHM,
    accessTokenLifetime: settings.GATEHOUSE_TOKEN_LIFETIME,
    sessionIdleLifetime: settings.GATEHOUSE_SESSION_IDLE,
    sessionLifetime: settings.GATEHOUSE_SESSION_LIFETIME,
    keyRotationInterval: settings.GATEHOUSE_KEY_ROTATION,
    auditRetention: settings.GATEHOUSE_AUDIT_RETENTION,
    signUp: settings.GATEHOUSE_SIGN_UP,
    // outside of development, an account alone reads nobody else's name
    directory: settings.GATEHOUSE_DIRECTORY ?? (development ? 'everyone' : 'admins'),
    trustProxy: settings.TRUST_PROXY,
    metricsPort: settings.METRICS_PORT,
    logLevel: settings.LOG_LEVEL,
    hashWorkers: settings.GATEHOUSE_HASH_WORKERS,
    hashQueue: settings.GATEHOUSE_HASH_QUEUE,
    development,
  }
}

/** Which database the settings name; whether it exists is another question. */
export function databaseOf(settings: Settings): DatabaseConfig {
  const { DATABASE_URL, DATABASE_POOL_SIZE, GATEHOUSE_DATA_DIR } = settings
  return DATABASE_URL === undefined
    ? { kind: 'sqlite', path: `${GATEHOUSE_DATA_DIR}/gatehouse.db` }
    : { kind: 'postgres', url: DATABASE_URL, poolSize: DATABASE_POOL_SIZE }
}

const issuerOf = ({ GATEHOUSE_ISSUER, PORT }: Settings): string =>
  GATEHOUSE_ISSUER ?? `http://localhost:${PORT}`

/** A server on loopback may stand behind a proxy that the world reaches: its issuer tells. */
function isDeveloperMachine(settings: Settings): boolean {
  const { hostname } = new URL(issuerOf(settings))
  return isLoopback(settings.HOST) && isLoopback(hostname) && !settings.GATEHOUSE_PRODUCTION
}

/** What no setting can know of itself. */
function crossCheck(settings: Settings, problems: ConfigProblem[]): void {
  const complain = (setting: string, problem: string): void => {
    // What could not be parsed has its problem already; being absent is not another one.
    if (!problems.some((each) => each.setting === setting)) problems.push({ setting, problem })
  }
  const issuer = issuerOf(settings)
  const { protocol, hostname } = new URL(issuer)
  const reachable = !isLoopback(settings.HOST) || !isLoopback(hostname)
  if (reachable && protocol !== 'https:' && !settings.ALLOW_INSECURE_ISSUER) {
    complain(
      'GATEHOUSE_ISSUER',
      `must be an https URL when HOST (${settings.HOST}) or the issuer (${issuer}) is more than this machine; ` +
        '--allow-insecure-issuer says that you know that tokens and passwords then travel in the clear',
    )
  }
  if (settings.PORT === 0 && settings.GATEHOUSE_ISSUER === undefined) {
    complain('GATEHOUSE_ISSUER', 'must be set when PORT is 0: nobody knows the port before')
  }
  if (settings.JWT_SECRET !== undefined && settings.GATEHOUSE_TOKEN_PROFILE !== 'shared-secret') {
    complain(
      'JWT_SECRET',
      'is set, but GATEHOUSE_TOKEN_PROFILE is not `shared-secret`; set it to sign tokens with the secret, or unset JWT_SECRET',
    )
  }
  if (settings.GATEHOUSE_TOKEN_PROFILE === 'shared-secret' && settings.JWT_SECRET === undefined) {
    complain('JWT_SECRET', 'must be set (32 bytes or more) for GATEHOUSE_TOKEN_PROFILE=shared-secret')
  }
  if (settings.DATABASE_URL !== undefined && settings.GATEHOUSE_SECRET === undefined) {
    complain(
      'GATEHOUSE_SECRET',
      'must be set with PostgreSQL, the same on every instance; `openssl rand -base64 32` makes one',
    )
  }
  if (settings.GATEHOUSE_AUDIENCES.includes(issuer)) {
    complain(
      'GATEHOUSE_AUDIENCES',
      'must not name the issuer itself: tokens for the issuer alone carry its own permissions',
    )
  }
  for (const name of settings.GATEHOUSE_CLIENT_SECRETS.keys()) {
    if (settings.GATEHOUSE_AUDIENCES.includes(name)) continue
    complain('GATEHOUSE_CLIENT_SECRETS', `names ${name}, which is none of GATEHOUSE_AUDIENCES`)
  }
  if (settings.GATEHOUSE_SESSION_IDLE > settings.GATEHOUSE_SESSION_LIFETIME) {
    complain('GATEHOUSE_SESSION_IDLE', 'must not be longer than GATEHOUSE_SESSION_LIFETIME')
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host)
}
