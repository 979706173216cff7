import type { ServerResponse } from 'node:http'
import { PassThrough, Readable } from 'node:stream'
import { ReadableStream } from 'node:stream/web'
import type { Middleware as KoaMiddleware, Next, ParameterizedContext } from 'koa'
import type { GuardCore } from '../../core.ts'
import type { Verdict } from '../../gate.ts'
import { runAs } from '../../policy/current.ts'
import { decisionHeader } from '../../policy/prover-decision.ts'
import { textOf } from '../../policy/refusals.ts'
import type { Auth, Caller } from '../../policy/types.ts'
import { endResponse } from '../node-answer.ts'
import { NodeFacts } from '../node-facts.ts'
import type { Enforce } from '../surface.ts'

/** What handlers behind a guard find in `ctx.state`. */
export interface GuardedState {
  user: Caller
  auth: Auth
}

/** Middleware of Koa. */
export type Middleware = KoaMiddleware<GuardedState>

type Context = ParameterizedContext<GuardedState>

/** Middleware that enforces a declaration. */
export function enforce(core: GuardCore): Enforce<Middleware> {
  return ({ plan }, streams) => {
    if (plan === 'open') return (_context, next) => runAs(undefined, next)
    return (context, next) => {
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
  const shown = core.proverDecision(decision, facts)
  if (shown !== undefined) context.set(decisionHeader, shown)
  if (!decision.allowed) {
    const answer = core.answer(decision, context)
    context.status = answer.status
    context.set(answer.headers)
    context.body = textOf(answer)
    return undefined
  }
  // for a stranger, too: what another middleware left there is not a caller of ours
  context.state.user = auth?.user as Caller
  context.state.auth = auth as Auth
  if (streams && auth !== undefined) return endWithToken(core, auth, context, next)
  return runAs(auth, next)
}

/** Koa takes a response that ends before its body for an error; so it is the body that ends. */
async function endWithToken(core: GuardCore, auth: Auth, context: Context, next: Next): Promise<void> {
  const response: ServerResponse = context.res
  let end = (): void => endResponse(response)
  response.once(
    'close',
    core.watch(auth, () => end()),
  )
  await runAs(auth, next)
  const source = readableOf(context.body)
  if (source === undefined) return
  const body = new PassThrough()
  source.once('error', (error) => body.destroy(error))
  end = () => {
    source.unpipe(body)
    body.end()
    source.destroy()
  }
  context.body = source.pipe(body)
}

const readableOf = (body: unknown): Readable | undefined => {
  if (body instanceof ReadableStream) return Readable.fromWeb(body)
  return body instanceof Readable ? body : undefined
}
