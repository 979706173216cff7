import type { GuardCore, Prepared } from '../core.ts'
import { baseOf } from '../guard.ts'
import type { RouteOptions } from '../policy/plan.ts'
import type { Rule } from '../policy/types.ts'
import { declare } from '../routes/declared.ts'
import { callSite } from '../routes/source.ts'
import type { GuardSurface } from './surface.ts'
import { guardUpgrade, type UpgradeHandler, type UpgradeListener } from './upgrade.ts'

/** Makes the framework's own thing out of a declaration. */
export type Enforce<Enforcer extends object> = (prepared: Prepared, streams: boolean) => Enforcer

type Arguments = readonly (Rule | RouteOptions)[]
/** A reason; more than that is a mistake, which the core names. */
type Reason = [reason: string, ...others: unknown[]]

/**
 * Builds what all adapters offer. Each enforcer carries its declaration and the line where it was made, for the
 * check that every route has one.
 */
export function surfaceOf<Enforcer extends object>(
  core: GuardCore,
  enforce: Enforce<Enforcer>,
): GuardSurface<string, string, Enforcer, Enforcer, Enforcer> {
  const made = (prepared: Prepared, below: (...args: never[]) => unknown, streams = false): Enforcer =>
    declare(enforce(prepared, streams), prepared.declaration, callSite(below))

  const guard = (...args: Arguments): Enforcer => made(core.guarded(args), guard)
  const stream = (...args: Arguments): Enforcer => made(core.guarded(args), stream, true)
  const optional = (...args: Reason): Enforcer => made(core.optional(...args), optional)
  const open = (...args: Reason): Enforcer => made(core.open(...args), open)
  const shared = (reason: string, ...args: Arguments): Enforcer =>
    made(core.guarded(args, { shared: reason }), shared)
  const upgrade = (...args: Arguments): ((handler: UpgradeHandler) => UpgradeListener) => {
    const prepared = core.guarded(args)
    const source = callSite(upgrade)
    return (handler) => declare(guardUpgrade(core, prepared, handler), prepared.declaration, source)
  }
  return Object.assign(guard, { stream, upgrade, optional, open, shared, ...baseOf(core) })
}
