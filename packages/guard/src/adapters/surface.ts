import type { GuardArguments, GuardBase } from '../guard.ts'
import type { UpgradeHandler, UpgradeListener } from './upgrade.ts'

/** What a guard makes of a declaration: middleware, a hook or a wrapper, as the framework has it. */
export interface GuardSurface<Role extends string, Permission extends string, Guarded, Optional, Open>
  extends GuardBase {
  /** Lets in who meets any of the rules; without rules any signed-in user. Route options come last. */
  (...rules: GuardArguments<Role, Permission>): Guarded
  /** Lets everybody in, signed in or not; a token that does not hold is refused all the same. */
  optional(reason: string): Optional
  /** Lets everybody in without looking at a token. */
  open(reason: string): Open
  /** Like `guard(…)`, for a route with parameters that every signed-in user may call with any id. */
  shared(reason: string, ...rules: GuardArguments<Role, Permission>): Guarded
  /** Like `guard(…)`, for an answer that goes on (server-sent events): it is ended when the token ends. */
  stream(...rules: GuardArguments<Role, Permission>): Guarded
  /**
   * Guards a change of protocol on a server of Node: `server.on('upgrade', guard.upgrade(role('member'))(handler))`.
   * The connection is cut when the token ends.
   */
  upgrade(...rules: GuardArguments<Role, Permission>): (handler: UpgradeHandler) => UpgradeListener
}
