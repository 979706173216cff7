import type { FastifyInstance, FastifyPluginCallback, preValidationHookHandler, RouteOptions } from 'fastify'
import { runAs } from '../../policy/current.ts'
import { callSite, type Source } from '../../routes/source.ts'
import { letInKey, whoIsIn } from '../let-in.ts'

/** The plugin's own hook; it lets every request pass. */
export const restoreCaller: preValidationHookHandler = (request, _reply, next) =>
  runAs(whoIsIn(request), next)

/**
 * Prepares requests for the caller. The body of a request is read in the events of its socket, which know nothing about
 * the caller: the caller is restored before the handler runs.
 */
export const plugin: FastifyPluginCallback = Object.assign(
  ((app, _options, done) => {
    listenToRoutes(app)
    app.decorateRequest('user', null as never)
    app.decorateRequest('auth', null as never)
    // declared, so that setting it changes no request's shape
    app.decorateRequest(letInKey, undefined as never)
    app.addHook('preValidation', restoreCaller)
    done()
  }) satisfies FastifyPluginCallback,
  // what fastify-plugin sets: this is for the whole application, not for a scope of its own
  { [Symbol.for('skip-override')]: true, [Symbol.for('fastify.display-name')]: '@gatehouse/guard' },
)

/** A route as Fastify announced it when it was registered. */
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
