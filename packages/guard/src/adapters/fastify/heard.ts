import type { FastifyInstance, RouteOptions } from 'fastify'
import { callSite, type Source } from '../../routes/source.ts'

/** A route as Fastify told of it when it was registered. */
export interface HeardRoute {
  readonly options: RouteOptions
  /** The plugin's own instance: its hooks run for this route. */
  readonly instance: object
  readonly source: Source | undefined
}

export interface Heard {
  readonly routes: HeardRoute[]
  readonly instances: Set<object>
  /** The instance that the plugin was registered with: hooks on it are in front of everything. */
  readonly root: object
}

// By server: an application and its plugins are instances of their own, with one server between them.
const byServer = new WeakMap<object, Heard>()

export const heardBy = ({ server }: Pick<FastifyInstance, 'server'>): Heard | undefined =>
  byServer.get(server)

/** Listens to every route that is registered from now on. */
export function listenToRoutes(app: FastifyInstance): void {
  if (byServer.has(app.server)) return
  const heard: Heard = { routes: [], instances: new Set([app]), root: app }
  byServer.set(app.server, heard)
  app.addHook('onRegister', (instance) => {
    heard.instances.add(instance)
  })
  app.addHook('onRoute', function onRoute(this: object, options) {
    heard.routes.push({ options: { ...options }, instance: this, source: callSite(onRoute) })
  })
}
