import type { IncomingMessage, ServerResponse } from 'node:http'
import type { GuardCore } from '../../core.ts'
import type { Verdict } from '../../gate.ts'
import { runAs } from '../../policy/current.ts'
import { decisionHeader } from '../../policy/prover-decision.ts'
import type { Auth, Caller } from '../../policy/types.ts'
import { declare } from '../../routes/declared.ts'
import { endResponse, failResponse, sendAnswer } from '../node-answer.ts'
import { NodeFacts } from '../node-facts.ts'
import type { Enforce } from '../surface.ts'

/** A request behind a guard; behind `guard.optional` there may be no caller. */
export interface GuardedRequest<User extends Caller | undefined = Caller> extends IncomingMessage {
  user: User
  auth: User extends undefined ? Auth | undefined : Auth
}

export type GuardedHandler<Guarded extends IncomingMessage = GuardedRequest> = (
  request: Guarded,
  response: ServerResponse,
  params: Readonly<Record<string, string>>,
) => unknown

/** What a server of Node calls; a router hands the parameters on. */
export type Listener = (
  request: IncomingMessage,
  response: ServerResponse,
  params?: Readonly<Record<string, string>>,
) => void

/** Puts a guard in front of a handler. */
export type Wrap<Guarded extends IncomingMessage = GuardedRequest> = (
  handler: GuardedHandler<Guarded>,
) => Listener

type Params = Readonly<Record<string, string>>
const noParams: Params = Object.freeze({})

/** The type of `user` follows from the declaration. */
type AnyWrap = Wrap & Wrap<GuardedRequest<Caller | undefined>> & Wrap<IncomingMessage>

/** Puts a declaration in front of a handler. A handler that fails is answered here: nothing else would notice. */
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
          const shown = core.proverDecision(decision, facts)
          if (shown !== undefined) response.setHeader(decisionHeader, shown)
          if (!decision.allowed) {
            sendAnswer(response, core.answer(decision, request))
            return
          }
          // for a stranger, too: what another middleware left there is not a caller of ours
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
