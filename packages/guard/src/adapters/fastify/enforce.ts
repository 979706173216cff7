import type { FastifyReply, FastifyRequest } from 'fastify'
import type { GuardCore } from '../../core.ts'
import { ConfigurationError } from '../../errors.ts'
import type { Verdict } from '../../gate.ts'
import { runAs } from '../../policy/current.ts'
import { decisionHeader } from '../../policy/prover-decision.ts'
import { textOf } from '../../policy/refusals.ts'
import type { Auth, Caller } from '../../policy/types.ts'
import { letIn } from '../let-in.ts'
import { endResponse } from '../node-answer.ts'
import { NodeFacts } from '../node-facts.ts'
import type { Enforce } from '../surface.ts'
import { heardBy } from './plugin.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The signed-in user, behind a guard. */
    user: Caller
    /** Everything known about the caller, behind a guard. */
    auth: Auth
  }
}

/** An `onRequest` hook of Fastify. */
export type Hook = (request: FastifyRequest, reply: FastifyReply, done: () => void) => void

/** A hook that enforces a declaration before the body is read. */
export function enforce(core: GuardCore): Enforce<Hook> {
  return ({ plan }, streams) => {
    if (plan === 'open') {
      return (request, _reply, done) => {
        letIn(request, undefined)
        runAs(undefined, done)
      }
    }
    let prepared = false
    return (request, reply, done) => {
      prepared ||= heardBy(request.server) !== undefined
      if (!prepared) {
        reply.send(unprepared)
        return
      }
      const facts = new NodeFacts(request, request.raw, request.params)
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
  const shown = core.proverDecision(decision, facts)
  if (shown !== undefined) reply.header(decisionHeader, shown)
  if (!decision.allowed) {
    const answer = core.answer(decision, request)
    reply
      .code(answer.status)
      .headers(answer.headers)
      .send(textOf(answer) ?? undefined)
    return
  }
  // for a stranger, too: what another middleware left there is not a caller of ours
  request.user = (auth?.user ?? null) as Caller
  request.auth = (auth ?? null) as Auth
  letIn(request, auth)
  if (streams && auth !== undefined)
    reply.raw.once(
      'close',
      core.watch(auth, () => endResponse(reply.raw)),
    )
  runAs(auth, done)
}
