import type { Hono, MiddlewareHandler } from 'hono'
import { matchedRoutes } from 'hono/route'
import { METHOD_NAME_ALL, METHODS } from 'hono/router'
import { MethodNotAllowed, RouteNotFound } from './problems.ts'
import type { HttpEnv } from './variables.ts'

/**
 * Refuses what no route answers, before the body is read or anything else is looked at.
 *
 * @throws RouteNotFound (`route_not_found`, 404)
 * @throws MethodNotAllowed (`method_not_allowed`, 405) with `Allow`, where the path is known with other methods
 */
export function knownRoute(app: Hono<HttpEnv>): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    // `use` registers for all methods; a route has one.
    if (!matchedRoutes(c).some(({ method }) => method !== METHOD_NAME_ALL)) {
      const allowed = allowedMethods(app, c.req.path)
      throw allowed.length === 0 ? new RouteNotFound() : new MethodNotAllowed(allowed)
    }
    return next()
  }
}

/** The methods that a path has routes for. HEAD is answered wherever GET is (RFC 9110, section 9.3.2). */
function allowedMethods(app: Hono<HttpEnv>, path: string): string[] {
  return METHODS.map((method) => method.toUpperCase())
    .filter((method) => app.router.match(method, path)[0].some(([[, route]]) => route.method === method))
    .flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
}
