import type { SealOptions } from '@gatehouse/guard/hono'
import type { OpenAPIHono } from '@hono/zod-openapi'
import { accountRoutes } from './capabilities/accounts/index.ts'
import { auditRoutes } from './capabilities/audit/index.ts'
import { keyRoutes } from './capabilities/keys-api/index.ts'
import { metadataRoutes, oauthMetadata, oauthRoutes } from './capabilities/oauth/index.ts'
import { profileRoutes } from './capabilities/profiles/index.ts'
import { feedMetadataOf, revocationRoutes } from './capabilities/revocations/index.ts'
import { roleRoutes } from './capabilities/roles/index.ts'
import { refreshRoutes, sessionRoutes } from './capabilities/sessions-api/index.ts'
import { signInRoutes } from './capabilities/sign-in/index.ts'
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
 * @throws UndeclaredRoutesError (`undeclared_routes`) while any route lacks a rule
 */
export async function createApp(ctx: Context, options: SealOptions = {}): Promise<OpenAPIHono<HttpEnv>> {
  const app = newApi()
  const guard = serverGuard(ctx)
  const { log, metrics, config } = ctx
  surround(app, { log, metrics, trustProxy: config.trustProxy, corsOrigins: config.corsOrigins })
  signInRoutes(app, ctx, guard)
  refreshRoutes(app, ctx, guard)
  oauthRoutes(app, ctx, guard)
  accountRoutes(app, ctx, guard)
  profileRoutes(app, ctx, guard)
  sessionRoutes(app, ctx, guard)
  roleRoutes(app, ctx, guard)
  keyRoutes(app, ctx, guard)
  auditRoutes(app, ctx, guard)
  revocationRoutes(app, ctx, guard)
  metadataRoutes(app, ctx, guard, {
    ...feedMetadataOf(ctx.config),
    ...oauthMetadata(ctx.config.issuer),
  })
  homeRoute(app, ctx.config, guard)
  healthRoutes(app, ctx, guard)
  referenceRoutes(app, ctx.config, guard)
  requireBodyRules(app)
  await guard.seal(app, options)
  return app
}
