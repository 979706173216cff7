import type { Context, MiddlewareHandler } from 'hono'
import { asyncFromCaller, fromCaller } from '../../caller-stack.ts'
import { GuardCore } from '../../core.ts'
import type { GuardOptions } from '../../options.ts'
import type { CheckRule, CheckTest, OwnerLoader, OwnRule } from '../../policy/rules/index.ts'
import * as rules from '../../policy/rules/index.ts'
import type { Auth, Caller } from '../../policy/types.ts'
import type { Manifest } from '../../routes/manifest.ts'
import { type GuardSurface, surfaceOf } from '../surface.ts'
import { enforce } from './enforce.ts'
import { type SealableHono, type SealOptions, sealHono } from './routes.ts'

export * from '../shared.ts'
export type { SealOptions } from './routes.ts'

/** What handlers behind a guard find in `c.var`. */
export type GuardedEnv = { Variables: { user: Caller; auth: Auth } }
/** What handlers behind `guard.optional` find in `c.var`. */
export type OptionalEnv = { Variables: { user?: Caller; auth?: Auth } }

export interface Guard<Role extends string = string, Permission extends string = string>
  extends GuardSurface<
    Role,
    Permission,
    MiddlewareHandler<GuardedEnv>,
    MiddlewareHandler<OptionalEnv>,
    MiddlewareHandler
  > {
  /**
   * Throws unless every route of the application declares a rule. Returns the manifest, and writes it to the file that
   * GATEHOUSE_MANIFEST names. Routes cannot be added afterwards.
   *
   * @throws UndeclaredRoutesError (`undeclared_routes`) that lists every fault and its fix
   */
  seal(app: SealableHono, options?: SealOptions): Promise<Manifest>
}

/**
 * Makes a guard for Hono.
 *
 * ```ts
 * const guard = createGuard({ issuer: 'http://localhost:3000', audience: 'lounge' })
 * app.get('/vip-lounge', guard(), (c) => c.json({ message: `Welcome, ${c.var.user.username}` }))
 * ```
 *
 * @throws ConfigurationError for every mistake that can be seen at start-up
 */
export function createGuard<const Role extends string = string, const Permission extends string = string>(
  options: GuardOptions<Role, Permission> = {},
): Guard<Role, Permission> {
  const core = fromCaller(createGuard, () => new GuardCore(options))
  return Object.assign(surfaceOf(core, enforce(core)), { seal: asyncFromCaller(sealHono) })
}

/** The rule `own`, whose loader gets the context of Hono. */
export const own: (param: string, load?: OwnerLoader<Context>) => OwnRule = rules.own

/** The rule `check`, whose test gets the context of Hono. */
export const check: (name: string, test: CheckTest<Context>) => CheckRule = rules.check
