import type { ServerResponse } from 'node:http'
import type { Next, ParameterizedContext } from 'koa'
import type { GuardCore } from '../../core.ts'
import type { Verdict } from '../../gate.ts'
import { runAs } from '../../policy/current.ts'
import { decisionHeader } from '../../policy/told-decision.ts'
import { asksFirst, NodeFacts } from '../node-facts.ts'
import type { Enforce } from '../surface-of.ts'
import type { GuardedState, Middleware } from './types.ts'

type Context = ParameterizedContext<GuardedState>

/** Middleware that enforces a declaration. */
export function enforce(core: GuardCore): Enforce<Middleware> {
  return ({ plan }, streams) => {
    if (plan === undefined) return (_context, next) => runAs(undefined, next)
    return (context, next) => {
      if (asksFirst(context.req)) return runAs(undefined, next)
      // a router puts the parameters on the context
      const { params } = context as { params?: unknown }
      const facts = new NodeFacts<Context>(context, context.req, params)
      const verdict = core.decide(plan, facts)
      if (verdict instanceof Promise)
        return verdict.then((settled) => proceed(core, settled, facts, next, streams))
      return proceed(core, verdict, facts, next, streams)
    }
  }
}

function proceed(
  core: GuardCore,
  { decision, auth }: Verdict,
  facts: NodeFacts<Context>,
  next: Next,
  streams: boolean,
): Promise<unknown> | undefined {
  const context = facts.native
  const told = core.told(decision, facts)
  if (told !== undefined) context.set(decisionHeader, told)
  if (!decision.allowed) {
    const { status, headers, body } = core.answer(decision, context)
    context.status = status
    context.set(headers)
    context.body = JSON.stringify(body)
    return undefined
  }
  if (auth !== undefined) {
    context.state.user = auth.user
    context.state.auth = auth
    const response: ServerResponse = context.res
    if (streams)
      response.once(
        'close',
        core.watch(auth, () => response.end()),
      )
  }
  return runAs(auth, next)
}
