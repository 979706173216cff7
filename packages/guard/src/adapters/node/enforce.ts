import type { IncomingMessage, ServerResponse } from 'node:http'
import type { GuardCore } from '../../core.ts'
import type { Verdict } from '../../gate.ts'
import { runAs } from '../../policy/current.ts'
import { decisionHeader } from '../../policy/told-decision.ts'
import { declare } from '../../routes/declared.ts'
import { endResponse } from '../end-response.ts'
import { sendAnswer } from '../node-answer.ts'
import { NodeFacts } from '../node-facts.ts'
import { isPreflight } from '../preflight.ts'
import type { Enforce } from '../surface-of.ts'
import type { GuardedHandler, GuardedRequest, Wrap } from './types.ts'

type Params = Readonly<Record<string, string>>
const noParams: Params = Object.freeze({})

/** Puts a declaration in front of a handler. */
export function enforce(core: GuardCore): Enforce<Wrap> {
  return ({ plan, declaration }, streams) =>
    (handler) =>
      declare((request: IncomingMessage, response: ServerResponse, params: Params = noParams) => {
        const guarded = request as GuardedRequest
        const facts = new NodeFacts(guarded, request, params)
        if (plan === undefined || isPreflight(facts)) return run(core, handler, guarded, response, params)
        const go = ({ decision, auth }: Verdict): unknown => {
          const told = core.told(decision, facts)
          if (told !== undefined) response.setHeader(decisionHeader, told)
          if (!decision.allowed) return sendAnswer(response, core.answer(decision, request))
          if (auth !== undefined) {
            guarded.user = auth.user
            guarded.auth = auth
            if (streams)
              response.once(
                'close',
                core.watch(auth, () => endResponse(response)),
              )
          }
          return run(core, handler, guarded, response, params)
        }
        const verdict = core.decide(plan, facts)
        if (verdict instanceof Promise)
          verdict.then(go).catch((error: unknown) => fail(core, error, response))
        else go(verdict)
      }, declaration)
}

/** Runs the handler; nobody else would hear of a promise that it rejects. */
function run(
  core: GuardCore,
  handler: GuardedHandler,
  request: GuardedRequest,
  response: ServerResponse,
  params: Params,
): void {
  const done = runAs(request.auth, () => handler(request, response, params))
  if (done instanceof Promise) done.catch((error: unknown) => fail(core, error, response))
}

function fail(core: GuardCore, error: unknown, response: ServerResponse): void {
  core.report(error, 'a handler failed')
  if (!response.headersSent) response.writeHead(500)
  response.end()
}
