import type { FastifyPluginCallback } from 'fastify'
import { runAs } from '../../policy/current.ts'
import { letInKey, whoIsIn } from '../let-in.ts'
import { listenToRoutes } from './heard.ts'

/**
 * Prepares requests for the caller. The body of a request is read in the events of its socket, which know nothing of
 * who asked: the caller is put back before the handler runs.
 */
export const plugin: FastifyPluginCallback = Object.assign(
  ((app, _options, done) => {
    listenToRoutes(app)
    app.decorateRequest('user', null as never)
    app.decorateRequest('auth', null as never)
    // declared, so that setting it changes no request's shape
    app.decorateRequest(letInKey, undefined as never)
    app.addHook('preValidation', (request, _reply, next) => runAs(whoIsIn(request), next))
    done()
  }) satisfies FastifyPluginCallback,
  // what fastify-plugin sets: this is for the whole application, not for a scope of its own
  { [Symbol.for('skip-override')]: true, [Symbol.for('fastify.display-name')]: '@gatehouse/guard' },
)
