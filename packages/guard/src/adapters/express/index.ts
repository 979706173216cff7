import type { Request } from 'express'
import { GuardCore } from '../../core.ts'
import type { GuardOptions } from '../../options.ts'
import * as rules from '../../policy/rules.ts'
import type { CheckRule, CheckTest, OwnerLoader, OwnRule } from '../../policy/types.ts'
import type { GuardSurface } from '../surface.ts'
import { surfaceOf } from '../surface-of.ts'
import { enforce } from './enforce.ts'
import type { Middleware } from './types.ts'

export * from '../shared.ts'
export type { Middleware } from './types.ts'

export interface Guard<Role extends string = string, Permission extends string = string>
  extends GuardSurface<Role, Permission, Middleware, Middleware, Middleware> {}

/**
 * Makes a guard for Express 5 and 4.
 *
 * ```ts
 * const guard = createGuard({ issuer: 'http://localhost:3000', audience: 'lounge' })
 * app.get('/vip-lounge', guard(), (req, res) => res.json({ message: `Welcome, ${req.user.username}` }))
 * ```
 *
 * @throws ConfigurationError for every mistake that can be seen at start-up
 */
export function createGuard<const Role extends string = string, const Permission extends string = string>(
  options: GuardOptions<Role, Permission> = {},
): Guard<Role, Permission> {
  const core = new GuardCore(options)
  return surfaceOf(core, enforce(core))
}

/** The rule `own`, whose loader gets the request of Express. */
export const own: (param: string, load?: OwnerLoader<Request>) => OwnRule = rules.own

/** The rule `check`, whose test gets the request of Express. */
export const check: (name: string, test: CheckTest<Request>) => CheckRule = rules.check
