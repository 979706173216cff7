import type { OpenAPIHono } from '@hono/zod-openapi'
import type { MiddlewareHandler } from 'hono'
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

export interface PipelineOptions extends JsonBodyOptions {
  /** Runs once the route is known, before anything of the body is read. */
  readonly beforeBody?: readonly MiddlewareHandler<HttpEnv>[]
}

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
  options: PipelineOptions = {},
): void {
  const { trustProxy, corsOrigins } = ctx.config
  app.use(requestId(trustProxy))
  app.use(securityHeaders)
  app.use(observe(ctx))
  app.use(clientAddress(trustProxy, ctx.log))
  app.use(cors(corsOrigins))
  app.use(knownRoute(app))
  for (const middleware of options.beforeBody ?? []) app.use(middleware)
  app.use(jsonBody(options))
  app.onError(answerErrors(ctx.log))
  // A route that declines (`next()` past the last handler) is no route.
  app.notFound(() => {
    throw new RouteNotFound()
  })
}
