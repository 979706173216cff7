import { createApp } from './app.ts'
import type { Config } from './config.ts'
import type { Context } from './platform/context.ts'
import { type Listening, listen } from './platform/http/listen.ts'
import { followRevocations, openRuntime, prepare, type RuntimeOptions, startJobs } from './runtime.ts'

/** A server that listens. */
export interface RunningGatehouse {
  readonly ctx: Context
  /** Where it listens: `http://127.0.0.1:3000`. */
  readonly url: string
  /** Finishes requests in flight, then lets go of everything. */
  close(): Promise<void>
}

/**
 * Starts a server: database, schema, keys, routes, jobs, listener; in this order, so that it answers only once it can.
 *
 * @throws Error with Node's code (`EADDRINUSE`, `EACCES`) when the port cannot be had
 * @throws DatabaseUnavailable (`database_unavailable`) when the database cannot be reached
 */
export async function startGatehouse(
  config: Config,
  options: RuntimeOptions = {},
): Promise<RunningGatehouse> {
  const runtime = await openRuntime(config, options)
  try {
    return await start(config, runtime)
  } catch (error) {
    await runtime.close()
    throw error
  }
}

async function start(
  config: Config,
  runtime: Awaited<ReturnType<typeof openRuntime>>,
): Promise<RunningGatehouse> {
  const steps = await prepare(runtime.ctx)
  const ctx = await followRevocations(runtime.ctx)
  if (steps.length > 0) ctx.log.info({ steps }, 'the schema was brought up to date')
  const app = await createApp(ctx)
  const stopJobs = startJobs(ctx)
  const listening = await listen(app.fetch, config.host, config.port)
  const metrics = await listenForMetrics(ctx)
  const url = `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${listening.port}`
  ctx.log.info({ url, issuer: config.issuer, database: config.database.kind }, 'listening')
  return {
    ctx,
    url,
    async close() {
      await ctx.revocations.close()
      await Promise.all([listening.close(), metrics?.close()])
      await stopJobs()
      await runtime.close()
    },
  }
}

/** Metrics have a listener of their own, on loopback alone: no proxy in front of the server can reach it by mistake. */
async function listenForMetrics(ctx: Context): Promise<Listening | undefined> {
  const { metricsPort } = ctx.config
  if (metricsPort === undefined) return undefined
  const fetch = async (request: Request): Promise<Response> => {
    if (new URL(request.url).pathname !== '/metrics') return new Response(null, { status: 404 })
    return new Response(await ctx.metrics.render(), { headers: { 'Content-Type': ctx.metrics.contentType } })
  }
  return listen(fetch, '127.0.0.1', metricsPort)
}
