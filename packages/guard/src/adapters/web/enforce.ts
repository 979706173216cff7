import type { GuardCore } from '../../core.ts'
import { runAs } from '../../policy/current.ts'
import { decisionHeader } from '../../policy/prover-decision.ts'
import type { Auth, Caller, RequestFacts } from '../../policy/types.ts'
import { declare } from '../../routes/declared.ts'
import type { Enforce } from '../surface.ts'
import { answerOf, endingWith } from '../web-answer.ts'

export type Params = Readonly<Record<string, string | undefined>>

export type GuardedHandler<User> = (
  request: Request,
  context: {
    readonly user: User
    readonly auth: User extends undefined ? Auth | undefined : Auth
    readonly params: Params
  },
) => Response | Promise<Response>

/** A handler of web-standard requests; a router hands the parameters on. */
export type Handler = (request: Request, params?: Params) => Promise<Response>

/** Puts a guard in front of a handler. */
export type Wrap<User> = (handler: GuardedHandler<User>) => Handler

/** Puts a declaration in front of a handler. The type of `user` follows from the declaration. */
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
        const shown = core.proverDecision(decision, facts)
        const response = decision.allowed
          ? await run(request, auth, params)
          : answerOf(core.answer(decision, request))
        if (shown === undefined) return response
        const copy = new Response(response.body, response)
        copy.headers.set(decisionHeader, shown)
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

/** A web-standard request, as rules look at it. */
export class WebFacts implements RequestFacts<Request> {
  readonly native: Request
  readonly #params: Params

  constructor(request: Request, params: Params) {
    this.native = request
    this.#params = params
  }

  get method(): string {
    return this.native.method
  }

  // Headers joins repeated fields with a comma, which no token has
  get authorization(): readonly string[] {
    const field = this.native.headers.get('authorization')
    return field === null ? [] : [field]
  }

  header(name: string): string | undefined {
    return this.native.headers.get(name) ?? undefined
  }

  param(name: string): unknown {
    return Object.hasOwn(this.#params, name) ? this.#params[name] : undefined
  }
}
