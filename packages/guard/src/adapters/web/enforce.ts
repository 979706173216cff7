import type { GuardCore } from '../../core.ts'
import { runAs } from '../../policy/current.ts'
import { decisionHeader } from '../../policy/told-decision.ts'
import type { Auth, Caller } from '../../policy/types.ts'
import { declare } from '../../routes/declared.ts'
import { isPreflight } from '../preflight.ts'
import type { Enforce } from '../surface-of.ts'
import { answerOf, endingWith } from '../web-answer.ts'
import { WebFacts } from './facts.ts'
import type { GuardedHandler, Params, Wrap } from './types.ts'

/** Puts a declaration in front of a handler. What a wrapper promises of `user` is what its declaration demands. */
export function enforce(core: GuardCore): Enforce<Wrap<Caller> & Wrap<Caller | undefined> & Wrap<undefined>> {
  return ({ plan, declaration }, streams) =>
    (handler: GuardedHandler<never>) => {
      const run = async (request: Request, auth: Auth | undefined, params: Params): Promise<Response> =>
        runAs(auth, () => handler(request, { user: auth?.user as never, auth: auth as never, params }))
      return declare(async (request: Request, params: Params = {}) => {
        const facts = new WebFacts(request, params)
        if (plan === undefined || isPreflight(facts)) return run(request, undefined, params)
        const { decision, auth } = await core.decide(plan, facts)
        const told = core.told(decision, facts)
        let response = decision.allowed
          ? await run(request, auth, params)
          : answerOf(core.answer(decision, request))
        if (streams && auth !== undefined) response = endingWith(response, (end) => core.watch(auth, end))
        if (told === undefined) return response
        const copy = new Response(response.body, response)
        copy.headers.set(decisionHeader, told)
        return copy
      }, declaration)
    }
}
