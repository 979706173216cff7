import type { NextFunction, Request, Response } from 'express'
import type { GuardCore } from '../../core.ts'
import type { Verdict } from '../../gate.ts'
import { runAs } from '../../policy/current.ts'
import { decisionHeader } from '../../policy/prover-decision.ts'
import type { Auth, Caller } from '../../policy/types.ts'
import { endResponse, sendAnswer } from '../node-answer.ts'
import { NodeFacts } from '../node-facts.ts'
import type { Enforce } from '../surface.ts'

declare global {
  namespace Express {
    interface Request {
      /** The signed-in user, behind a guard. */
      user: Caller
      /** Everything known about the caller, behind a guard. */
      auth: Auth
    }
  }
}

/** Middleware of Express, 4 and 5. */
export type Middleware = (request: Request, response: Response, next: NextFunction) => void

/** Middleware that enforces a declaration. */
export function enforce(core: GuardCore): Enforce<Middleware> {
  return ({ plan }, streams) => {
    if (plan === 'open') return (_request, _response, next) => runAs(undefined, next)
    return (request, response, next) => {
      const facts = new NodeFacts(request, request, request.params)
      const verdict = core.decide(plan, facts)
      if (verdict instanceof Promise) {
        verdict.then((settled) => proceed(core, settled, facts, response, next, streams)).catch(next)
      } else proceed(core, verdict, facts, response, next, streams)
    }
  }
}

function proceed(
  core: GuardCore,
  { decision, auth }: Verdict,
  facts: NodeFacts<Request>,
  response: Response,
  next: NextFunction,
  streams: boolean,
): void {
  const request = facts.native
  const shown = core.proverDecision(decision, facts)
  if (shown !== undefined) response.setHeader(decisionHeader, shown)
  if (!decision.allowed) {
    sendAnswer(response, core.answer(decision, request))
    return
  }
  // for a stranger, too: what another middleware left there is not a caller of ours
  request.user = auth?.user as Caller
  request.auth = auth as Auth
  if (streams && auth !== undefined)
    response.once(
      'close',
      core.watch(auth, () => endResponse(response)),
    )
  runAs(auth, next)
}
