import { createApp } from './app.ts'
import { type Config, ConfigError } from './config.ts'
import { readConfig } from './read-config.ts'
import { followRevocations, openRuntime, prepare, startJobs } from './runtime.ts'

export { type Config, ConfigError, readConfig }

/** Gatehouse inside a program of your own. */
export interface Gatehouse {
  /**
   * Answers a request, as a web-standard handler does. `from` tells who calls, for throttles and the list of sessions:
   * what `@hono/node-server` hands over (Hono's `mount` passes it on), or `{ incoming }` with Node's request.
   */
  fetch(request: Request, from?: unknown): Promise<Response>
  /** Lets go of the database and of all threads. */
  close(): Promise<void>
}

/**
 * Makes a Gatehouse to be mounted in another Node or Hono application: no listener, no signal handlers, and threads
 * keep their priority. Settings have the names of the environment variables; the environment itself is not read.
 *
 * @throws ConfigError (`config`) that names every setting which is wrong or unknown
 * @throws DatabaseUnavailable (`database_unavailable`) when the database cannot be reached
 * @example
 * const gatehouse = await createGatehouse({ GATEHOUSE_ISSUER: 'https://app.example.com' })
 * app.mount('/', gatehouse.fetch)
 */
export async function createGatehouse(
  settings: Readonly<Record<string, string | undefined>> = {},
): Promise<Gatehouse> {
  const runtime = await openRuntime(readConfig(settings, 'settings'), { embedded: true })
  const { ctx, feed } = await prepare(runtime.ctx)
    .then(() => followRevocations(runtime.ctx))
    .catch(async (error: unknown) => {
      await runtime.close()
      throw error
    })
  // GATEHOUSE_MANIFEST is for the application around this one.
  const app = await createApp(ctx, { manifest: false })
  const stopJobs = startJobs(ctx)
  return {
    fetch: async (request, from) => app.fetch(request, from),
    async close() {
      ctx.waitingRoom.close()
      await feed.close()
      await stopJobs()
      await runtime.close()
    },
  }
}
