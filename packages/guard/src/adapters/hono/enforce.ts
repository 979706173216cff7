import type { Context, MiddlewareHandler, Next } from 'hono'
import type { StatusCode } from 'hono/utils/http-status'
import type { GuardCore } from '../../core.ts'
import type { Verdict } from '../../gate.ts'
import { runAs } from '../../policy/current.ts'
import { decisionHeader } from '../../policy/prover-decision.ts'
import { textOf } from '../../policy/refusals.ts'
import type { RequestFacts } from '../../policy/types.ts'
import type { Enforce } from '../surface.ts'
import { endingWith } from '../web-answer.ts'

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
  // biome-ignore lint/suspicious/noConfusingVoidType: what Hono declares middleware to return
): Promise<Response | void> {
  const context = facts.native
  const shown = core.proverDecision(decision, facts)
  if (!decision.allowed) {
    const answer = core.answer(decision, context)
    if (shown !== undefined) context.header(decisionHeader, shown)
    // made by the context, so that it has the headers that middleware in front has set
    return Promise.resolve(context.newResponse(textOf(answer), answer.status as StatusCode, answer.headers))
  }
  // for a stranger, too: what another middleware left there is not a caller of ours
  context.set('user', auth?.user)
  context.set('auth', auth)
  const rest = runAs(auth, next)
  if (shown === undefined && !(streams && auth !== undefined)) return rest
  return rest.then(() => {
    if (streams && auth !== undefined) context.res = endingWith(context.res, (end) => core.watch(auth, end))
    // on whatever there is now: the handler's response, or one that was made of its error
    if (shown !== undefined) context.header(decisionHeader, shown)
  })
}

const none: readonly string[] = []

/** A request of Hono, as rules look at it. */
export class HonoFacts implements RequestFacts<Context> {
  readonly native: Context

  constructor(context: Context) {
    this.native = context
  }

  get method(): string {
    return this.native.req.method
  }

  // a web Headers joins repeated fields with a comma, which no token has
  get authorization(): readonly string[] {
    const field = this.native.req.header('authorization')
    return field === undefined ? none : [field]
  }

  header(name: string): string | undefined {
    return this.native.req.header(name)
  }

  param(name: string): unknown {
    return this.native.req.param(name)
  }
}
