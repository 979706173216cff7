import { Tallies, writeFailures } from './capabilities/audit/index.ts'
import { createGrantRegistry } from './capabilities/grants/index.ts'
import { createKeyRing, currentSigner, forgetKeys, publishedJwks } from './capabilities/keys/index.ts'
import { createPasswordCosts } from './capabilities/passwords/index.ts'
import { RevocationFeed } from './capabilities/revocations/index.ts'
import { capabilities, migrations, serverPermissions } from './capabilities.ts'
import type { Config } from './config.ts'
import type { Context } from './context.ts'
import type { GrantSource, Instance } from './instance.ts'
import { openThrottles } from './open-throttles.ts'
import type { Planted } from './planted.ts'
import type { Clock } from './platform/context.ts'
import { createHasher } from './platform/crypto/argon2-hasher.ts'
import { createSealer, type Sealer } from './platform/crypto/sealer.ts'
import { migrate } from './platform/db/migrate.ts'
import { openDatabase } from './platform/db/open.ts'
import { runJobs } from './platform/jobs/every.ts'
import { createWake } from './platform/jobs/wake.ts'
import { createLogger, type Logger } from './platform/log.ts'
import { type Metrics, noMetrics } from './platform/metrics.ts'
import { sweepThrottles } from './platform/throttles.ts'
import { systemTimer, type Timer } from './platform/timer.ts'
import { WaitingRoom } from './platform/waiting-room.ts'
import { inOrder } from './sign-in-step.ts'

/** A context over real parts, and how to close them. */
export interface Runtime {
  readonly ctx: Context
  close(): Promise<void>
}

export interface RuntimeOptions {
  readonly clock?: Clock
  /** The timer that throttled sign-ins wait by. */
  readonly timer?: Timer
  readonly log?: Logger
  /** Readable logs instead of JSON lines. */
  readonly terminal?: boolean
  /** Runs inside another program, so thread priorities are left alone. */
  readonly embedded?: boolean
}

const systemClock: Clock = { now: () => Date.now() }
const minute = 60_000

/**
 * Opens everything that services work with. The schema is left as it is: `prepare` brings it up to date.
 */
export async function openRuntime(config: Config, options: RuntimeOptions = {}): Promise<Runtime> {
  const log = options.log ?? (await createLogger(config.logLevel, options.terminal ?? false))
  const database = await openDatabase(config.database, {
    onIdleError: (error) => log.warn({ err: error }, 'lost an idle database connection'),
    onNarrowed: (files) =>
      log.warn(
        { files },
        'files were readable by other users of this machine; restricted them to their owner',
      ),
    onFailover: (server) => log.warn({ server }, 'switched to another PostgreSQL server'),
  })
  const hasher = createHasher({
    workers: config.hashWorkers,
    queue: config.hashQueue,
    queuePerLane: Math.max(4, Math.ceil(config.hashQueue / 4)),
    reserve: Math.max(4, Math.ceil(config.hashQueue / 4)),
    lowerPriority: process.platform === 'linux' && options.embedded !== true,
  })
  const metrics = await metricsOf(config)
  metrics.gauge('hash_queue', 'Sign-ins waiting for a hashing thread.', () => hasher.pending())
  const waitingRoom = new WaitingRoom(options.timer ?? systemTimer)
  metrics.gauge('sign_in_waiting', 'Throttled sign-ins waiting for their turn.', () => waitingRoom.waiting)
  const clock = options.clock ?? systemClock
  const sealer = createSealer(config.secret, config.oldSecret)
  const throttles = await openThrottles(config, { pool: database.pool, log, metrics })
  const ctx: Context = {
    db: database.db,
    instance: createInstance({ config, clock, sealer, grants: await loadGrants() }),
    config,
    clock,
    log,
    metrics,
    sealer,
    hasher,
    throttles: throttles.throttles,
    waitingRoom,
    afterCommit: (effect) => effect(),
  }
  return {
    ctx,
    async close() {
      waitingRoom.close()
      await hasher.close()
      await writeFailures(ctx).catch((error: unknown) =>
        log.warn({ err: error }, 'could not write the last failures to the audit log'),
      )
      await throttles.close()
      await database.close()
    },
  }
}

async function metricsOf({ metricsPort }: Config): Promise<Metrics> {
  if (metricsPort === undefined) return noMetrics
  const { createMetrics } = await import('./platform/prometheus.ts')
  return createMetrics()
}

/** What makes every kind of grant that can stand behind tokens. */
export function loadGrants(): Promise<readonly (() => GrantSource<Context>)[]> {
  return Promise.all(capabilities.flatMap((capability) => capability.grants?.() ?? []))
}

/** What lives as long as the process: the key ring, and every kind of grant that stands behind tokens. */
export function createInstance(parts: {
  readonly config: Config
  readonly clock: Clock
  readonly sealer: Sealer
  readonly grants: readonly (() => GrantSource<Context>)[]
}): Instance<Context> {
  const metadata = capabilities.map((capability) => capability.metadata?.(parts.config))
  return {
    keys: createKeyRing(parts),
    grants: createGrantRegistry(parts.grants.map((create) => create())),
    permissions: new Set(serverPermissions),
    passwordCosts: createPasswordCosts(),
    signInRequirements: inOrder(capabilities.flatMap((each) => each.signInRequirements ?? [])),
    metadata: Object.assign({}, ...metadata),
    failures: new Tallies(),
    localeOf,
    removePlanted,
    mailQueued: createWake(),
    personalData: () => Promise.all(capabilities.flatMap(({ personalData }) => personalData?.() ?? [])),
  }
}

/** Has every capability remove what is its own. */
async function removePlanted(ctx: Context, userId: string): Promise<Planted[]> {
  const removed: Planted[] = []
  for (const capability of capabilities)
    removed.push(...((await capability.removePlanted?.(ctx, userId)) ?? []))
  return removed
}

/** Asks the capabilities in their order; the first that knows the user's language answers. */
async function localeOf(ctx: Context, userId: string): Promise<string | undefined> {
  for (const capability of capabilities) {
    const locale = await capability.localeOf?.(ctx, userId)
    if (locale !== undefined) return locale
  }
  return undefined
}

/** Brings the schema up to date and makes the roles and keys that are missing; returns the names of the steps taken. */
export async function prepare(ctx: Context): Promise<string[]> {
  const steps = await migrate(ctx.db, migrations, ctx.clock.now())
  for (const capability of capabilities) await capability.prepare?.(ctx)
  return steps
}

/** A context to serve with: it knows what is revoked. */
export interface Following {
  readonly ctx: Context
  /** Close it before the listener: connections to it do not end by themselves. */
  readonly feed: RevocationFeed
}

/** Follows revocations, those of other instances included. */
export async function followRevocations(ctx: Context): Promise<Following> {
  const feed = new RevocationFeed(ctx, {
    signer: () => currentSigner(ctx, 'feed'),
    keys: () => publishedJwks(ctx, 'feed'),
  })
  feed.onKeyChange(() => forgetKeys(ctx))
  await feed.start()
  return { ctx: { ...ctx, instance: { ...ctx.instance, revocations: feed } }, feed }
}

/** Starts the periodic jobs: rotating keys, sweeping what is over. */
export function startJobs(ctx: Context): () => Promise<void> {
  return runJobs(
    [
      ...capabilities.flatMap(({ jobs = [] }) =>
        jobs.map((job) => ({
          ...job,
          wokenBy: job.wokenBy?.(ctx),
          run: (stopping: AbortSignal) => job.run(ctx, stopping),
        })),
      ),
      { name: 'sweep attempts', everyMs: minute, run: () => sweepThrottles(ctx) },
    ],
    ctx.log,
  )
}
