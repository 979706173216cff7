import type { NextFunction, Request, Response } from 'express'
import type { GuardCore } from '../../core.ts'
import type { Verdict } from '../../gate.ts'
import { runAs } from '../../policy/current.ts'
import { decisionHeader } from '../../policy/told-decision.ts'
import { endResponse } from '../end-response.ts'
import { sendAnswer } from '../node-answer.ts'
import { NodeFacts } from '../node-facts.ts'
import { isPreflight } from '../preflight.ts'
import type { Enforce } from '../surface-of.ts'
import type { Middleware } from './types.ts'

/** Middleware that enforces a declaration. */
export function enforce(core: GuardCore): Enforce<Middleware> {
  return ({ plan }, streams) => {
    if (plan === undefined) return (_request, _response, next) => runAs(undefined, next)
    return (request, response, next) => {
      const facts = new NodeFacts(request, request, request.params)
      if (isPreflight(facts)) return runAs(undefined, next)
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
  const told = core.told(decision, facts)
  if (told !== undefined) response.setHeader(decisionHeader, told)
  if (!decision.allowed) {
    sendAnswer(response, core.answer(decision, request))
    return
  }
  if (auth !== undefined) {
    request.user = auth.user
    request.auth = auth
    if (streams)
      response.once(
        'close',
        core.watch(auth, () => endResponse(response)),
      )
  }
  runAs(auth, next)
}
