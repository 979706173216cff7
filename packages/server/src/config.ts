import type { ConfigProblem, SettingValues } from './config/setting.ts'
import type { DatabaseConfig } from './platform/db/database-config.ts'
import type { LogLevel } from './platform/log-level.ts'
import type { RedisAddress } from './platform/redis-url.ts'

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
  /** Whether LISTEN is used, which a transaction pooler does not let through. */
  readonly databaseListen: boolean
  readonly secret: Uint8Array
  readonly oldSecret: Uint8Array | undefined
  /** Origins that browsers may call from. */
  readonly corsOrigins: readonly string[]
  /** Whether sign-in, sign-up and questions to the feed are throttled. */
  readonly limits: boolean
  /** Where Redis counts attempts; undefined: the database does. */
  readonly throttlesUrl: RedisAddress | undefined
  readonly tokenProfile: 'default' | 'shared-secret'
  /** The shared secret of the shared-secret profile. */
  readonly jwtSecret: Uint8Array | undefined
  readonly accessTokenLifetime: number
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
  /** What is set for capabilities; `settingsOf` reads it. */
  readonly settings: SettingValues
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
