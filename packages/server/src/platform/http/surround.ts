import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Logger } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import { answerErrors } from './answer-errors.ts'
import { clientAddress } from './client-address.ts'
import { cors } from './cors.ts'
import { type ErrorAnswers, platformErrors } from './error-answers.ts'
import { knownRoute } from './known-route.ts'
import { observe } from './observe.ts'
import { RouteNotFound } from './problems.ts'
import { requestId } from './request-id.ts'
import { securityHeaders } from './security-headers.ts'
import type { HttpEnv } from './variables.ts'

export interface SurroundOptions {
  readonly log: Logger
  readonly metrics: Metrics
  /** How many proxies in front of this server are trusted. */
  readonly trustProxy: number
  /** Origins whose pages may call the server. */
  readonly corsOrigins: readonly string[]
  /** The answers to errors; the platform's own by default. */
  readonly errors?: ErrorAnswers
}

/**
 * Adds what happens around every route, whatever its kind, from the outside in; call it before any route is added.
 *
 * @example
 * const app = newApi()
 * surround(app, { log, metrics, trustProxy: 0, corsOrigins: [] })
 * tokenRoutes(app, ctx, guard)
 */
export function surround(
  app: OpenAPIHono<HttpEnv>,
  { log, metrics, trustProxy, corsOrigins, errors = platformErrors }: SurroundOptions,
): void {
  app.use(requestId(trustProxy))
  app.use(securityHeaders)
  app.use(observe({ log, metrics }))
  app.use(clientAddress(trustProxy, log))
  app.use(cors(corsOrigins))
  app.use(knownRoute(app))
  app.onError(answerErrors(log, errors))
  // A route that declines (`next()` past the last handler) is no route.
  app.notFound(() => {
    throw new RouteNotFound()
  })
}
