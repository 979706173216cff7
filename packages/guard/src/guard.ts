import { fromCaller } from './caller-stack.ts'
import { GuardCore } from './core.ts'
import type { GuardOptions } from './options.ts'
import type { RouteOptions } from './policy/plan.ts'
import type { Rule } from './policy/rules/index.ts'
import type { Decision, RequestFacts } from './policy/types.ts'
import type { Claims } from './verify/types.ts'

/** What every guard can do, whatever the framework. */
export interface GuardBase {
  /**
   * Verifies a token, outside of any request.
   *
   * @throws TokenError (`token_…`), UnavailableError (`keys_unavailable`)
   */
  verify(token: string): Promise<Claims>
  /**
   * Decides about a request that no adapter handles.
   *
   * @param rules any of these must be met; none means any signed-in user
   */
  decide(request: RequestFacts, rules?: readonly Rule[]): Promise<Decision>
  /** Ends timers and connections, so that the process can exit. */
  close(): void
}

/** What `guard(…)` takes: rules, and route options behind them. */
export type GuardArguments<Role extends string, Permission extends string> =
  | readonly Rule<Role, Permission>[]
  | readonly [...Rule<Role, Permission>[], RouteOptions]

/**
 * Makes a guard without a framework.
 *
 * ```ts
 * const guard = createGuard({ issuer: 'https://id.example.com', audience: 'lounge' })
 * const claims = await guard.verify(token)
 * ```
 *
 * @throws ConfigurationError for every mistake that can be seen at start-up
 */
export function createGuard<const Role extends string = string, const Permission extends string = string>(
  options: GuardOptions<Role, Permission> = {},
): GuardBase {
  return baseOf(fromCaller(createGuard, () => new GuardCore(options)))
}

/** The part of a guard that all adapters share. */
export function baseOf(core: GuardCore): GuardBase {
  return {
    verify: (token) => core.verify(token),
    async decide(request, rules = []) {
      const { plan } = core.guarded(rules)
      const { decision } = await core.decide(plan, request)
      return decision
    },
    close: () => core.close(),
  }
}
