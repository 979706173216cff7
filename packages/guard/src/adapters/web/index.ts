import { fromCaller } from '../../caller-stack.ts'
import { GuardCore } from '../../core.ts'
import type { GuardOptions } from '../../options.ts'
import type { CheckRule, CheckTest, OwnerLoader, OwnRule } from '../../policy/rules/index.ts'
import * as rules from '../../policy/rules/index.ts'
import type { Caller } from '../../policy/types.ts'
import { type GuardSurface, surfaceOf } from '../surface.ts'
import { enforce, type Wrap } from './enforce.ts'

export * from '../shared.ts'
export type { GuardedHandler, Handler, Wrap } from './enforce.ts'

export interface Guard<Role extends string = string, Permission extends string = string>
  extends GuardSurface<Role, Permission, Wrap<Caller>, Wrap<Caller | undefined>, Wrap<undefined>> {}

/**
 * Makes a guard for handlers of web-standard requests.
 *
 * ```ts
 * const guard = createGuard({ issuer: 'http://localhost:3000', audience: 'lounge' })
 * export const GET = guard()((request, { user }) => Response.json({ message: `Welcome, ${user.username}` }))
 * ```
 *
 * @throws ConfigurationError for every mistake that can be seen at start-up
 */
export function createGuard<const Role extends string = string, const Permission extends string = string>(
  options: GuardOptions<Role, Permission> = {},
): Guard<Role, Permission> {
  const core = fromCaller(createGuard, () => new GuardCore(options))
  return surfaceOf(core, enforce(core))
}

/** The rule `own`, whose loader gets the framework's request. */
export const own: (param: string, load?: OwnerLoader<Request>) => OwnRule = rules.own

/** The rule `check`, whose test gets the framework's request. */
export const check: (name: string, test: CheckTest<Request>) => CheckRule = rules.check
