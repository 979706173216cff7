import type { Config } from '../config.ts'
import type { DatabaseConfig } from '../platform/db/database-config.ts'
import { isLoopback } from '../platform/loopback.ts'
import { type Environment, readSettings } from './read-settings.ts'
import type { Secrets } from './secrets.ts'
import type { ConfigProblem, ServerFacts } from './setting.ts'
import { type CoreSettings, coreSettings, operationSettings } from './settings.ts'

/** The settings of the server itself, parsed. */
export function readCore(environment: Environment, problems: ConfigProblem[]): CoreSettings {
  return {
    ...readSettings(coreSettings, environment, problems),
    ...readSettings(operationSettings, environment, problems),
  }
}

/** What the settings of capabilities may be compared with. */
export function factsOf(settings: CoreSettings): ServerFacts {
  const { host, audiences } = settings
  return { host, audiences, issuer: issuerOf(settings), development: isDeveloperMachine(settings) }
}

/** Everything but the settings of capabilities. */
export function configOf(settings: CoreSettings, secrets: Secrets): Omit<Config, 'settings'> {
  return {
    host: settings.host,
    port: settings.port,
    issuer: issuerOf(settings),
    audiences: Object.freeze(settings.audiences),
    database: databaseOf(settings),
    databaseListen: settings.databaseListen,
    ...secrets,
    corsOrigins: Object.freeze(settings.corsOrigins),
    limits: settings.limits,
    throttlesUrl: settings.throttlesUrl,
    tokenProfile: settings.tokenProfile,
    accessTokenLifetime: settings.accessTokenLifetime,
    trustProxy: settings.trustProxy,
    metricsPort: settings.metricsPort,
    logLevel: settings.logLevel,
    hashWorkers: settings.hashWorkers,
    hashQueue: settings.hashQueue,
    development: isDeveloperMachine(settings),
  }
}

/** Which database the settings name; whether it exists is another question. */
export function databaseOf({ databaseUrl, databasePoolSize, dataDir }: CoreSettings): DatabaseConfig {
  return databaseUrl === undefined
    ? { kind: 'sqlite', path: `${dataDir}/gatehouse.db` }
    : { kind: 'postgres', url: databaseUrl, poolSize: databasePoolSize }
}

const issuerOf = ({ issuer, port }: CoreSettings): string => issuer ?? `http://localhost:${port}`

/** A server on loopback may stand behind a proxy that the world reaches: its issuer tells. */
function isDeveloperMachine(settings: CoreSettings): boolean {
  const { hostname } = new URL(issuerOf(settings))
  return isLoopback(settings.host) && isLoopback(hostname) && !settings.production
}

/** What no setting of the server can know of itself. */
export function checkCore(settings: CoreSettings): ConfigProblem[] {
  const problems: ConfigProblem[] = []
  const complain = (setting: string, problem: string): void => void problems.push({ setting, problem })
  const issuer = issuerOf(settings)
  const { protocol, hostname } = new URL(issuer)
  const reachable = !isLoopback(settings.host) || !isLoopback(hostname)
  if (reachable && protocol !== 'https:' && !settings.allowInsecureIssuer) {
    complain(
      'GATEHOUSE_ISSUER',
      `must be an https URL when HOST (${settings.host}) or the issuer (${issuer}) is more than this machine; ` +
        '--allow-insecure-issuer says that you know that tokens and passwords then travel in the clear',
    )
  }
  if (settings.port === 0 && settings.issuer === undefined) {
    complain('GATEHOUSE_ISSUER', 'must be set when PORT is 0: nobody knows the port before')
  }
  if (settings.jwtSecret !== undefined && settings.tokenProfile !== 'shared-secret') {
    complain(
      'JWT_SECRET',
      'is set, but GATEHOUSE_TOKEN_PROFILE is not `shared-secret`; set it to sign tokens with the secret, or unset JWT_SECRET',
    )
  }
  if (settings.tokenProfile === 'shared-secret' && settings.jwtSecret === undefined) {
    complain('JWT_SECRET', 'must be set (32 bytes or more) for GATEHOUSE_TOKEN_PROFILE=shared-secret')
  }
  if (settings.databaseUrl !== undefined && settings.secret === undefined) {
    complain(
      'GATEHOUSE_SECRET',
      'must be set with PostgreSQL, the same on every instance; `openssl rand -base64 32` makes one',
    )
  }
  if (settings.audiences.includes(issuer)) {
    complain(
      'GATEHOUSE_AUDIENCES',
      'must not name the issuer itself: tokens for the issuer alone carry its own permissions',
    )
  }
  return problems
}
