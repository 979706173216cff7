import type { MiddlewareHandler, Next } from 'hono'
import type { StatusCode } from 'hono/utils/http-status'
import type { GuardCore } from '../../core.ts'
import type { Verdict } from '../../gate.ts'
import { runAs } from '../../policy/current.ts'
import { textOf } from '../../policy/render.ts'
import { decisionHeader } from '../../policy/told-decision.ts'
import type { Enforce } from '../surface-of.ts'
import { endingWith } from '../web-answer.ts'
import { HonoFacts } from './facts.ts'

/** Middleware that enforces a declaration. */
export function enforce(core: GuardCore): Enforce<MiddlewareHandler> {
  return ({ plan }, streams) => {
    if (plan === 'open') return (_context, next) => runAs(undefined, next)
    return (context, next) => {
      const facts = new HonoFacts(context)
      const verdict = core.decide(plan, facts)
      if (verdict instanceof Promise) {
        return verdict.then((settled) => proceed(core, settled, facts, next, streams))
      }
      return proceed(core, verdict, facts, next, streams)
    }
  }
}

function proceed(
  core: GuardCore,
  { decision, auth }: Verdict,
  facts: HonoFacts,
  next: Next,
  streams: boolean,
  // biome-ignore lint/suspicious/noConfusingVoidType: what Hono declares that middleware gives
): Promise<Response | void> {
  const context = facts.native
  const told = core.told(decision, facts)
  if (!decision.allowed) {
    const answer = core.answer(decision, context)
    if (told !== undefined) context.header(decisionHeader, told)
    // made by the context, so that it has the headers that middleware in front has set
    return Promise.resolve(context.newResponse(textOf(answer), answer.status as StatusCode, answer.headers))
  }
  // for a stranger, too: what something in front left there is no caller of ours
  context.set('user', auth?.user)
  context.set('auth', auth)
  const rest = runAs(auth, next)
  if (told === undefined && !(streams && auth !== undefined)) return rest
  return rest.then(() => {
    if (streams && auth !== undefined) context.res = endingWith(context.res, (end) => core.watch(auth, end))
    // on whatever there is now: the handler's response, or one that was made of its error
    if (told !== undefined) context.header(decisionHeader, told)
  })
}
