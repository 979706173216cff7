import type { FastifyReply, FastifyRequest } from 'fastify'
import type { GuardCore } from '../../core.ts'
import { ConfigurationError } from '../../errors.ts'
import type { Verdict } from '../../gate.ts'
import { runAs } from '../../policy/current.ts'
import { decisionHeader } from '../../policy/told-decision.ts'
import { endResponse } from '../end-response.ts'
import { NodeFacts } from '../node-facts.ts'
import { isPreflight } from '../preflight.ts'
import type { Enforce } from '../surface-of.ts'
import { heardBy } from './heard.ts'
import type { Hook } from './types.ts'

/** A hook that enforces a declaration before the body is read. */
export function enforce(core: GuardCore): Enforce<Hook> {
  return ({ plan }, streams) => {
    if (plan === undefined) return (_request, _reply, done) => runAs(undefined, done)
    let prepared = false
    return (request, reply, done) => {
      prepared ||= heardBy(request.server) !== undefined
      if (!prepared) {
        reply.send(unprepared)
        return
      }
      const facts = new NodeFacts(request, request.raw, request.params)
      if (isPreflight(facts)) return runAs(undefined, done)
      const verdict = core.decide(plan, facts)
      if (verdict instanceof Promise) {
        verdict
          .then((settled) => proceed(core, settled, facts, reply, done, streams))
          .catch((error: unknown) => reply.send(error))
      } else proceed(core, verdict, facts, reply, done, streams)
    }
  }
}

// A hook sees its application only with the first request. Going on would work until a body is read: from then on
// currentUser() would know nobody, and only sometimes.
const unprepared = new ConfigurationError(
  'guard.plugin is missing. Write before any route: await app.register(guard.plugin)',
)

function proceed(
  core: GuardCore,
  { decision, auth }: Verdict,
  facts: NodeFacts<FastifyRequest>,
  reply: FastifyReply,
  done: () => void,
  streams: boolean,
): void {
  const request = facts.native
  const told = core.told(decision, facts)
  if (told !== undefined) reply.header(decisionHeader, told)
  if (!decision.allowed) {
    const { status, headers, body } = core.answer(decision, request)
    reply.code(status).headers(headers).send(JSON.stringify(body))
    return
  }
  if (auth !== undefined) {
    request.user = auth.user
    request.auth = auth
    if (streams)
      reply.raw.once(
        'close',
        core.watch(auth, () => endResponse(reply.raw)),
      )
  }
  runAs(auth, done)
}
