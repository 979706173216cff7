import type { GuardCore } from '../../core.ts'
import { runAs } from '../../policy/current.ts'
import { decisionHeader } from '../../policy/told-decision.ts'
import type { Auth, Caller } from '../../policy/types.ts'
import { declare } from '../../routes/declared.ts'
import type { Enforce } from '../surface-of.ts'
import { answerOf, endingWith } from '../web-answer.ts'
import { WebFacts } from './facts.ts'
import type { GuardedHandler, Params, Wrap } from './types.ts'

/** Puts a declaration in front of a handler. What a wrapper promises of `user` is what its declaration demands. */
export function enforce(core: GuardCore): Enforce<Wrap<Caller> & Wrap<Caller | undefined> & Wrap<undefined>> {
  return ({ plan, declaration }, streams) =>
    (handler: GuardedHandler<never>) => {
      const run = async (request: Request, auth: Auth | undefined, params: Params): Promise<Response> => {
        try {
          const response = await runAs(auth, () =>
            handler(request, { user: auth?.user as never, auth: auth as never, params }),
          )
          return streams && auth !== undefined
            ? endingWith(response, (end) => core.watch(auth, end))
            : response
        } catch (thrown) {
          if (thrown instanceof Response) return thrown
          if (isForFramework(thrown)) throw thrown
          return answerOf(core.failure(thrown, request))
        }
      }
      return declare(async (request: Request, params: Params = {}) => {
        if (plan === 'open') return run(request, undefined, params)
        const facts = new WebFacts(request, params)
        const { decision, auth } = await core.decide(plan, facts)
        const told = core.told(decision, facts)
        const response = decision.allowed
          ? await run(request, auth, params)
          : answerOf(core.answer(decision, request))
        if (told === undefined) return response
        const copy = new Response(response.body, response)
        copy.headers.set(decisionHeader, told)
        return copy
      }, declaration)
    }
}

/** What frameworks throw to answer, and catch: `redirect()` of Next.js (a digest) and of SvelteKit (no Error). */
function isForFramework(thrown: unknown): boolean {
  if (typeof thrown !== 'object' || thrown === null) return false
  if (thrown instanceof Error) return 'digest' in thrown && typeof thrown.digest === 'string'
  return 'status' in thrown && typeof thrown.status === 'number' && ('location' in thrown || 'body' in thrown)
}
