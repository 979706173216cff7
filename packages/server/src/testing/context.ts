import { type Environment, readSettings } from '../config/read-settings.ts'
import type { ConfigProblem, SettingValues } from '../config/setting.ts'
import { type Config, ConfigError } from '../config.ts'
import type { Context } from '../context.ts'
import type { RevocationMemory } from '../instance.ts'
import { createHasher } from '../platform/crypto/argon2-hasher.ts'
import type { PasswordHasher } from '../platform/crypto/hasher.ts'
import { createSealer } from '../platform/crypto/sealer.ts'
import type { Executor } from '../platform/db/executor.ts'
import { loggerTo } from '../platform/log.ts'
import { noMetrics } from '../platform/metrics.ts'
import { noThrottles } from '../platform/throttles.ts'
import { systemTimer } from '../platform/timer.ts'
import { WaitingRoom } from '../platform/waiting-room.ts'
import { createInstance, loadGrants } from '../runtime.ts'
import { capabilitySettings } from '../settings.ts'

const grants = await loadGrants()
const secret = Buffer.from('a secret that is used in tests and nowhere else')

/** A configuration for tests. Settings of capabilities are read from `environment`. */
export function testConfig(overrides: Partial<Config> = {}, environment: Environment = {}): Config {
  return {
    host: '127.0.0.1',
    port: 0,
    issuer: 'http://localhost:3000',
    audiences: ['api'],
    database: { kind: 'sqlite', path: ':memory:' },
    databaseListen: true,
    secret,
    oldSecret: undefined,
    corsOrigins: [],
    limits: false,
    throttlesUrl: undefined,
    tokenProfile: 'default',
    jwtSecret: undefined,
    accessTokenLifetime: 600,
    trustProxy: 0,
    metricsPort: undefined,
    logLevel: 'silent',
    hashWorkers: 1,
    hashQueue: 100,
    development: true,
    settings: testSettings(environment),
    ...overrides,
  }
}

/** What an environment sets for capabilities. */
export function testSettings(environment: Environment): SettingValues {
  const problems: ConfigProblem[] = []
  const values = capabilitySettings.map(
    (group) => [group, readSettings(group, environment, problems)] as const,
  )
  if (problems.length > 0) throw new ConfigError(problems)
  return new Map(values)
}

export interface TestClock {
  now(): number
  /** Milliseconds since the epoch. */
  set(now: number): void
  /** Advances the time by milliseconds. */
  advance(by: number): void
}

/** A clock that stands still at `now` (the current time by default) until it is advanced. */
export function testClock(now: number = Date.now()): TestClock {
  let time = now
  return {
    now: () => time,
    set: (to) => {
      time = to
    },
    advance: (by) => {
      time += by
    },
  }
}

/** Real argon2id in real threads, with the cheapest parameters; one for all tests of a file. */
let hasher: PasswordHasher | undefined
function fastHasher(): PasswordHasher {
  hasher ??= createHasher(
    { workers: 1, queue: 1_000, queuePerLane: 1_000, lowerPriority: false },
    { memoryKiB: 8, passes: 1, parallelism: 1 },
  )
  return hasher
}

export interface TestContext extends Context {
  readonly clock: TestClock
}

/** A complete context over a test's database. */
export function testContext(
  db: Executor,
  overrides: Partial<Omit<Context, 'config' | 'clock'>> & {
    config?: Partial<Config>
    /** What is set for capabilities, as an environment has it. */
    settings?: Environment
    clock?: TestClock
    revocations?: RevocationMemory
  } = {},
): TestContext {
  const { clock = testClock(), sealer = createSealer(secret), revocations, settings, ...rest } = overrides
  const config = testConfig(overrides.config, settings)
  const instance = createInstance({ config, clock, sealer, grants })
  return {
    db,
    instance: revocations === undefined ? instance : { ...instance, revocations },
    log: loggerTo('silent', undefined),
    metrics: noMetrics,
    hasher: fastHasher(),
    throttles: noThrottles,
    waitingRoom: new WaitingRoom(systemTimer),
    afterCommit: (effect) => effect(),
    ...rest,
    config,
    clock,
    sealer,
  }
}
