import type { Request } from 'express'
import { GuardCore } from '../../core.ts'
import type { GuardOptions } from '../../options.ts'
import * as rules from '../../policy/rules.ts'
import type { CheckRule, CheckTest, OwnerLoader, OwnRule } from '../../policy/types.ts'
import type { Manifest } from '../../routes/manifest.ts'
import type { GuardSurface } from '../surface.ts'
import { surfaceOf } from '../surface-of.ts'
import { enforce } from './enforce.ts'
import { recordRegistrations } from './record.ts'
import { type SealOptions, sealExpress } from './seal.ts'
import type { Middleware } from './types.ts'

export * from '../shared.ts'
export type { SealOptions } from './seal.ts'
export type { Middleware } from './types.ts'

// As early as can be: Express tells only now where something is mounted.
recordRegistrations()

export interface Guard<Role extends string = string, Permission extends string = string>
  extends GuardSurface<Role, Permission, Middleware, Middleware, Middleware> {
  /**
   * Refuses to go on while any route of the application has no rule; gives the manifest, and writes it where
   * GATEHOUSE_MANIFEST says. The application takes no more routes afterwards.
   *
   * @throws UndeclaredRoutesError (`undeclared_routes`) that lists every fault with the line to write
   */
  seal(app: object, options?: SealOptions): Promise<Manifest>
}

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
  recordRegistrations()
  const core = new GuardCore(options)
  return Object.assign(surfaceOf(core, enforce(core)), { seal: sealExpress })
}

/** The rule `own`, whose loader gets the request of Express. */
export const own: (param: string, load?: OwnerLoader<Request>) => OwnRule = rules.own

/** The rule `check`, whose test gets the request of Express. */
export const check: (name: string, test: CheckTest<Request>) => CheckRule = rules.check
