import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from '../context.ts'
import { answerErrors } from './answer-errors.ts'
import { clientAddress } from './client-address.ts'
import { cors } from './cors.ts'
import { type JsonBodyOptions, jsonBody } from './json-body.ts'
import { knownRoute } from './known-route.ts'
import { observe } from './observe.ts'
import { RouteNotFound } from './problems.ts'
import { requestId } from './request-id.ts'
import { securityHeaders } from './security-headers.ts'
import type { HttpEnv } from './variables.ts'

/**
 * Lays what happens around every route, from the outside in; call it before any route is added.
 *
 * @example
 * const app = newApi()
 * surround(app, ctx)
 * tokenRoutes(app, ctx, guard)
 */
export function surround(
  app: OpenAPIHono<HttpEnv>,
  ctx: Pick<Context, 'config' | 'log' | 'metrics'>,
  options: JsonBodyOptions = {},
): void {
  const { trustProxy, corsOrigins } = ctx.config
  app.use(requestId(trustProxy))
  app.use(securityHeaders)
  app.use(observe(ctx))
  app.use(clientAddress(trustProxy))
  app.use(cors(corsOrigins))
  app.use(knownRoute(app))
  app.use(jsonBody(options))
  app.onError(answerErrors(ctx.log))
  // A route that declines (`next()` past the last handler) is no route.
  app.notFound(() => {
    throw new RouteNotFound()
  })
}
