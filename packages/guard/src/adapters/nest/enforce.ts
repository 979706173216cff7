import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  applyDecorators,
  type CallHandler,
  type CanActivate,
  type ExecutionContext,
  HttpException,
  type NestInterceptor,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common'
import type { GuardCore, Prepared } from '../../core.ts'
import type { Verdict } from '../../gate.ts'
import { runAs } from '../../policy/current.ts'
import { decisionHeader } from '../../policy/prover-decision.ts'
import type { Auth } from '../../policy/types.ts'
import { declare } from '../../routes/declared.ts'
import { letIn, whoIsIn } from '../let-in.ts'
import { endResponse } from '../node-answer.ts'
import { NodeFacts } from '../node-facts.ts'
import type { Enforce } from '../surface.ts'

/** A decorator for a controller or one of its methods. */
export type GuardDecorator = ClassDecorator & MethodDecorator

/** A request of either platform: Express's is Node's own, Fastify's has Node's in `raw`. */
type NestRequest = { params?: unknown; user?: unknown; auth?: Auth | undefined } & (
  | IncomingMessage
  | { raw: IncomingMessage }
)
type NestResponse = { header(name: string, value: string): unknown } & (
  | ServerResponse
  | { raw: ServerResponse }
)

/** A decorator that enforces a declaration. */
export function enforce(core: GuardCore): Enforce<GuardDecorator> {
  return (prepared, streams) => {
    const enforcer = declare(new Enforcer(core, prepared, streams), prepared.declaration)
    return applyDecorators(UseGuards(enforcer), UseInterceptors(enforcer))
  }
}

/** Nest asks a guard whether to continue, and lets an interceptor run the handler for the caller. */
class Enforcer implements CanActivate, NestInterceptor {
  readonly #core: GuardCore
  readonly #prepared: Prepared
  readonly #streams: boolean

  constructor(core: GuardCore, prepared: Prepared, streams: boolean) {
    this.#core = core
    this.#prepared = prepared
    this.#streams = streams
  }

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const { plan } = this.#prepared
    // anything but HTTP has no header to check, so it is refused
    if (context.getType() !== 'http') return false
    const request = context.switchToHttp().getRequest<NestRequest>()
    const raw = 'raw' in request ? request.raw : request
    const facts = new NodeFacts(request, raw, request.params)
    if (plan === 'open') {
      letIn(request, undefined)
      return true
    }
    const verdict = this.#core.decide(plan, facts)
    if (verdict instanceof Promise) return verdict.then((settled) => this.#proceed(settled, facts, context))
    return this.#proceed(verdict, facts, context)
  }

  intercept(context: ExecutionContext, next: CallHandler): ReturnType<CallHandler['handle']> {
    return runAs(whoIsIn(context.switchToHttp().getRequest<NestRequest>()), () => next.handle())
  }

  #proceed({ decision, auth }: Verdict, facts: NodeFacts<NestRequest>, context: ExecutionContext): boolean {
    const response = context.switchToHttp().getResponse<NestResponse>()
    const shown = this.#core.proverDecision(decision, facts)
    if (shown !== undefined) response.header(decisionHeader, shown)
    if (!decision.allowed) {
      const { status, headers, body } = this.#core.answer(decision, facts.native)
      for (const [name, value] of Object.entries(headers)) response.header(name, value)
      throw new HttpException(body ?? '', status)
    }
    // for a stranger, too: what another middleware left there is not a caller of ours
    facts.native.user = auth?.user
    facts.native.auth = auth
    letIn(facts.native, auth)
    if (this.#streams && auth !== undefined) {
      const raw = 'raw' in response ? response.raw : response
      raw.once(
        'close',
        this.#core.watch(auth, () => endResponse(raw)),
      )
    }
    return true
  }
}
