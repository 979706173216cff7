import { createApp } from './app.ts'
import { directoryOf } from './capabilities/accounts/index.ts'
import { logMailWay } from './capabilities/mail/index.ts'
import { logPasswordRules } from './capabilities/passwords/index.ts'
import { signInSettings } from './capabilities/sign-in/index.ts'
import { settingsOf } from './config/setting.ts'
import type { Config } from './config.ts'
import type { Context } from './context.ts'
import { type Listening, listen } from './platform/http/listen.ts'
import { followRevocations, openRuntime, prepare, type RuntimeOptions, startJobs } from './runtime.ts'

/** A server that listens. */
export interface RunningGatehouse {
  readonly ctx: Context
  /** Where it listens: `http://127.0.0.1:3000`. */
  readonly url: string
  /** Finishes requests in flight, then closes everything. */
  close(): Promise<void>
}

/**
 * Starts a server: database, schema, keys, routes, jobs, listener, in this order, so that it listens only when ready.
 *
 * @throws Error with Node's code (`EADDRINUSE`, `EACCES`) when the port is not available
 * @throws DatabaseUnavailable (`database_unavailable`) when the database cannot be reached
 */
export async function startGatehouse(
  config: Config,
  options: RuntimeOptions = {},
): Promise<RunningGatehouse> {
  const closers: (() => Promise<void>)[] = []
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).reverse()) await closer()
  }
  try {
    return await start(config, options, closers, close)
  } catch (error) {
    await close()
    throw error
  }
}

/** Starts one part after the other, adding each to `closers`, so that a failed start leaves nothing running. */
async function start(
  config: Config,
  options: RuntimeOptions,
  closers: (() => Promise<void>)[],
  close: () => Promise<void>,
): Promise<RunningGatehouse> {
  const runtime = await openRuntime(config, options)
  closers.push(() => runtime.close())
  const steps = await prepare(runtime.ctx)
  // Closed after the feed, whose connections do not end by themselves.
  const listeners: Listening[] = []
  closers.push(async () => void (await Promise.all(listeners.map((listener) => listener.close()))))
  const { ctx, feed } = await followRevocations(runtime.ctx)
  closers.push(() => feed.close())
  // before the listener, which waits for requests in flight: throttled ones must not hold it up
  closers.push(async () => ctx.waitingRoom.close())
  if (steps.length > 0) ctx.log.info({ steps }, 'updated the schema')
  const app = await createApp(ctx)
  closers.push(startJobs(ctx))
  const listening = await listen(app.fetch, config.host, config.port)
  listeners.push(listening)
  if (config.metricsPort !== undefined) listeners.push(await listenForMetrics(ctx, config.metricsPort))
  const url = `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${listening.port}`
  const { issuer, database } = config
  const { signUp } = settingsOf(config, signInSettings)
  ctx.log.info(
    { url, issuer, database: database.kind, sign_up: signUp, directory: directoryOf(config) },
    'listening',
  )
  logMailWay(ctx, url)
  logPasswordRules(ctx)
  return { ctx, url, close }
}

/** Metrics have a listener of their own, on loopback alone: no proxy in front of the server can reach it by mistake. */
function listenForMetrics(ctx: Context, port: number): Promise<Listening> {
  const fetch = async (request: Request): Promise<Response> => {
    if (new URL(request.url).pathname !== '/metrics') return new Response(null, { status: 404 })
    return new Response(await ctx.metrics.render(), { headers: { 'Content-Type': ctx.metrics.contentType } })
  }
  return listen(fetch, '127.0.0.1', port)
}
