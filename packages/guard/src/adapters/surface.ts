import { fromCaller } from '../caller-stack.ts'
import type { GuardCore, Prepared } from '../core.ts'
import { baseOf, type GuardArguments, type GuardBase } from '../guard.ts'
import type { RouteOptions } from '../policy/plan.ts'
import type { Rule } from '../policy/rules/index.ts'
import { declare, markMaker } from '../routes/declared.ts'
import { callSite } from '../routes/source.ts'
import { guardUpgrade, type UpgradeHandler, type UpgradeListener } from './upgrade.ts'

/** What a guard returns for a declaration: middleware, a hook or a wrapper, depending on the framework. */
export interface GuardSurface<Role extends string, Permission extends string, Guarded, Optional, Open>
  extends GuardBase {
  /** Allows callers who meet any of the rules; without rules any signed-in user. Route options come last. */
  (...rules: GuardArguments<Role, Permission>): Guarded
  /** Allows everybody, signed in or not; an invalid token is still refused. */
  optional(reason: string): Optional
  /** Allows everybody without looking at a token. */
  open(reason: string): Open
  /** Like `guard(…)`, for a route with parameters that every signed-in user may call with any id. */
  shared(reason: string, ...rules: GuardArguments<Role, Permission>): Guarded
  /** Like `guard(…)`, for streamed answers (server-sent events): they end when the token does. */
  stream(...rules: GuardArguments<Role, Permission>): Guarded
  /**
   * Guards protocol upgrades on a Node server: `server.on('upgrade', guard.upgrade(role('member'))(handler))`.
   * The connection is closed when the token ends.
   */
  upgrade(...rules: GuardArguments<Role, Permission>): (handler: UpgradeHandler) => UpgradeListener
}

/** Turns a declaration into what the framework takes. */
export type Enforce<Enforcer extends object> = (prepared: Prepared, streams: boolean) => Enforcer

type Arguments = readonly (Rule | RouteOptions)[]
/** A reason; anything more is a mistake that the core reports. */
type Reason = [reason: string, ...others: unknown[]]

/**
 * Builds what all adapters share. Each enforcer carries its declaration and the line where it was made, so that `seal`
 * can check that every route has one.
 */
export function surfaceOf<Enforcer extends object>(
  core: GuardCore,
  enforce: Enforce<Enforcer>,
): GuardSurface<string, string, Enforcer, Enforcer, Enforcer> {
  const made = (below: (...args: never[]) => unknown, prepare: () => Prepared, streams = false): Enforcer => {
    const prepared = fromCaller(below, prepare)
    return declare(enforce(prepared, streams), prepared.declaration, callSite(below))
  }

  const guard = (...args: Arguments): Enforcer => made(guard, () => core.guarded(args))
  const stream = (...args: Arguments): Enforcer => made(stream, () => core.guarded(args), true)
  const optional = (...args: Reason): Enforcer => made(optional, () => core.optional(...args))
  const open = (...args: Reason): Enforcer => made(open, () => core.open(...args))
  const shared = (reason: string, ...args: Arguments): Enforcer =>
    made(shared, () => core.guarded(args, { shared: reason }))
  const upgrade = (...args: Arguments): ((handler: UpgradeHandler) => UpgradeListener) => {
    const prepared = fromCaller(upgrade, () => core.guarded(args))
    const source = callSite(upgrade)
    return (handler) => declare(guardUpgrade(core, prepared, handler), prepared.declaration, source)
  }
  markMaker(guard, 'guard()')
  markMaker(stream, 'guard.stream()')
  for (const [name, maker] of Object.entries({ optional, open, shared }))
    markMaker(maker, `guard.${name}('why')`)
  return Object.assign(guard, { stream, upgrade, optional, open, shared, ...baseOf(core) })
}
