import type { Hono, MiddlewareHandler } from 'hono'
import { matchedRoutes } from 'hono/route'
import { METHOD_NAME_ALL, METHODS } from 'hono/router'
import { MethodNotAllowed, RouteNotFound } from './problems.ts'
import type { HttpEnv } from './variables.ts'

/**
 * Refuses a request that no route matches, before anything else looks at it.
 *
 * @throws RouteNotFound (`route_not_found`, 404)
 * @throws MethodNotAllowed (`method_not_allowed`, 405) with `Allow`, where the path has routes for other methods
 */
export function knownRoute(app: Hono<HttpEnv>): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    // `use` registers for all methods; a route has one
    if (!matchedRoutes(c).some(({ method }) => method !== METHOD_NAME_ALL)) {
      const allowed = allowedMethods(app, c.req.path)
      throw allowed.length === 0 ? new RouteNotFound() : new MethodNotAllowed(allowed)
    }
    return next()
  }
}

/** The methods that a path supports. HEAD is supported wherever GET is (RFC 9110, section 9.3.2). */
function allowedMethods(app: Hono<HttpEnv>, path: string): string[] {
  return METHODS.map((method) => method.toUpperCase())
    .filter((method) => app.router.match(method, path)[0].some(([[, route]]) => route.method === method))
    .flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
}
