import type { SealOptions } from '@gatehouse/guard/hono'
import type { OpenAPIHono } from '@hono/zod-openapi'
import { capabilities, errorAnswers } from './capabilities.ts'
import type { Context } from './context.ts'
import { newApi, requireBodyRules } from './platform/http/api.ts'
import { surround } from './platform/http/surround.ts'
import type { HttpEnv } from './platform/http/variables.ts'
import { healthRoutes } from './reference/health-routes.ts'
import { homeRoute } from './reference/home.ts'
import { referenceRoutes } from './reference/routes.ts'
import { serverGuard } from './server-guard.ts'

/**
 * The whole server as one web-standard application, over the parts in `ctx`.
 *
 * @throws Error for a code of an error that two capabilities have
 * @throws UndeclaredRoutesError (`undeclared_routes`) while any route lacks a rule
 */
export async function createApp(ctx: Context, options: SealOptions = {}): Promise<OpenAPIHono<HttpEnv>> {
  const app = newApi()
  const guard = serverGuard(ctx)
  const { log, metrics, config } = ctx
  const { trustProxy, corsOrigins } = config
  surround(app, { log, metrics, trustProxy, corsOrigins, errors: errorAnswers() })
  // all are loaded at once, and mounted from the highest down: the document begins with signing in
  const loaded = await Promise.all(capabilities.map(({ routes }) => routes?.() ?? []))
  for (const mount of loaded.toReversed().flat()) mount(app, ctx, guard)
  homeRoute(app, ctx.config, guard)
  healthRoutes(app, ctx, guard)
  referenceRoutes(app, ctx.config, guard)
  requireBodyRules(app)
  await guard.seal(app, options)
  return app
}
