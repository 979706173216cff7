import type { IncomingMessage, ServerResponse } from 'node:http'
import type { GuardCore } from '../../core.ts'
import type { Verdict } from '../../gate.ts'
import { runAs } from '../../policy/current.ts'
import { decisionHeader } from '../../policy/told-decision.ts'
import type { Auth, Caller } from '../../policy/types.ts'
import { declare } from '../../routes/declared.ts'
import { endResponse } from '../end-response.ts'
import { failResponse, sendAnswer } from '../node-answer.ts'
import { NodeFacts } from '../node-facts.ts'
import type { Enforce } from '../surface-of.ts'
import type { GuardedHandler, GuardedRequest, Listener, Wrap } from './types.ts'

type Params = Readonly<Record<string, string>>
const noParams: Params = Object.freeze({})

/** What a wrapper promises of `user` is what its declaration demands. */
type AnyWrap = Wrap & Wrap<GuardedRequest<Caller | undefined>> & Wrap<IncomingMessage>

/** Puts a declaration in front of a handler. A handler that fails is answered for: nobody else would hear of it. */
export function enforce(core: GuardCore): Enforce<AnyWrap> {
  return ({ plan, declaration }, streams) =>
    (handler: GuardedHandler<never>) => {
      const listener: Listener = (request, response, params = noParams) => {
        const fail = (error: unknown): void => failResponse(response, core.failure(error, request))
        const run = (auth: Auth | undefined): void => {
          const done: unknown = runAs(auth, () => handler(request as never, response, params))
          if (isThenable(done)) Promise.resolve(done).catch(fail)
        }
        const proceed = ({ decision, auth }: Verdict): void => {
          const told = core.told(decision, facts)
          if (told !== undefined) response.setHeader(decisionHeader, told)
          if (!decision.allowed) {
            sendAnswer(response, core.answer(decision, request))
            return
          }
          // for a stranger, too: what something in front left there is no caller of ours
          Object.assign(request, { user: auth?.user, auth })
          if (streams && auth !== undefined) endWithToken(core, auth, response)
          run(auth)
        }
        const facts = new NodeFacts(request, request, params)
        try {
          if (plan === 'open') return run(undefined)
          const verdict = core.decide(plan, facts)
          if (verdict instanceof Promise) verdict.then(proceed).catch(fail)
          else proceed(verdict)
        } catch (error) {
          fail(error)
        }
      }
      return declare(listener, declaration)
    }
}

function endWithToken(core: GuardCore, auth: Auth, response: ServerResponse): void {
  response.once(
    'close',
    core.watch(auth, () => endResponse(response)),
  )
}

const isThenable = (thing: unknown): thing is PromiseLike<unknown> =>
  typeof thing === 'object' && thing !== null && 'then' in thing && typeof thing.then === 'function'
