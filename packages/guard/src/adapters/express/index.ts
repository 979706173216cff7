import type { Request } from 'express'
import { asyncFromCaller, fromCaller } from '../../caller-stack.ts'
import { GuardCore } from '../../core.ts'
import type { GuardOptions } from '../../options.ts'
import type { CheckRule, CheckTest, OwnerLoader, OwnRule } from '../../policy/rules/index.ts'
import * as rules from '../../policy/rules/index.ts'
import type { Manifest } from '../../routes/manifest.ts'
import { type GuardSurface, surfaceOf } from '../surface.ts'
import { enforce, type Middleware } from './enforce.ts'
import { recordRegistrations } from './record.ts'
import { type SealOptions, sealExpress } from './routes.ts'

export * from '../shared.ts'
export type { Middleware } from './enforce.ts'
export type { SealOptions } from './routes.ts'

// As early as possible: Express reveals mount paths only while they are registered.
recordRegistrations()

export interface Guard<Role extends string = string, Permission extends string = string>
  extends GuardSurface<Role, Permission, Middleware, Middleware, Middleware> {
  /**
   * Throws unless every route of the application declares a rule. Returns the manifest, and writes it to the file that
   * GATEHOUSE_MANIFEST names. Routes cannot be added afterwards.
   *
   * @throws UndeclaredRoutesError (`undeclared_routes`) that lists every fault and its fix
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
  const core = fromCaller(createGuard, () => new GuardCore(options))
  return Object.assign(surfaceOf(core, enforce(core)), { seal: asyncFromCaller(sealExpress) })
}

/** The rule `own`, whose loader gets the request of Express. */
export const own: (param: string, load?: OwnerLoader<Request>) => OwnRule = rules.own

/** The rule `check`, whose test gets the request of Express. */
export const check: (name: string, test: CheckTest<Request>) => CheckRule = rules.check
