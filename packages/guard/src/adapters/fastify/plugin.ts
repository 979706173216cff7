import type { FastifyPluginCallback, FastifyRequest } from 'fastify'
import { runAs } from '../../policy/current.ts'
import type { Auth } from '../../policy/types.ts'
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
    app.addHook('preValidation', (request, _reply, next) => runAs(callerOf(request), next))
    done()
  }) satisfies FastifyPluginCallback,
  // what fastify-plugin sets: this is for the whole application, not for a scope of its own
  { [Symbol.for('skip-override')]: true, [Symbol.for('fastify.display-name')]: '@gatehouse/guard' },
)

/** Nobody where no guard ran, whatever the declared type promises to handlers behind one. */
const callerOf = (request: FastifyRequest): Auth | undefined => (request.auth as Auth | null) ?? undefined
