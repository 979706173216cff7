import type { Context } from 'koa'
import { asyncFromCaller, fromCaller } from '../../caller-stack.ts'
import { GuardCore } from '../../core.ts'
import type { GuardOptions } from '../../options.ts'
import type { CheckRule, CheckTest, OwnerLoader, OwnRule } from '../../policy/rules/index.ts'
import * as rules from '../../policy/rules/index.ts'
import type { Manifest } from '../../routes/manifest.ts'
import type { ManifestOptions } from '../../routes/seal.ts'
import { type GuardSurface, surfaceOf } from '../surface.ts'
import { enforce, type Middleware } from './enforce.ts'
import { type KoaApp, sealKoa } from './routes.ts'

export * from '../shared.ts'
export type { GuardedState, Middleware } from './enforce.ts'

export interface Guard<Role extends string = string, Permission extends string = string>
  extends GuardSurface<Role, Permission, Middleware, Middleware, Middleware> {
  /**
   * Throws unless every route of the application declares a rule. Returns the manifest, and writes it to the file that
   * GATEHOUSE_MANIFEST names. Routes cannot be added afterwards.
   *
   * @throws UndeclaredRoutesError (`undeclared_routes`) that lists every fault and its fix
   */
  seal(app: KoaApp, options?: ManifestOptions): Promise<Manifest>
}

/**
 * Makes a guard for Koa; the caller is in `ctx.state`.
 *
 * ```ts
 * const guard = createGuard({ issuer: 'http://localhost:3000', audience: 'lounge' })
 * router.get('/vip-lounge', guard(), (ctx) => (ctx.body = { message: `Welcome, ${ctx.state.user.username}` }))
 * ```
 *
 * @throws ConfigurationError for every mistake that can be seen at start-up
 */
export function createGuard<const Role extends string = string, const Permission extends string = string>(
  options: GuardOptions<Role, Permission> = {},
): Guard<Role, Permission> {
  const core = fromCaller(createGuard, () => new GuardCore(options))
  return Object.assign(surfaceOf(core, enforce(core)), { seal: asyncFromCaller(sealKoa) })
}

/** The rule `own`, whose loader gets the framework's request. */
export const own: (param: string, load?: OwnerLoader<Context>) => OwnRule = rules.own

/** The rule `check`, whose test gets the framework's request. */
export const check: (name: string, test: CheckTest<Context>) => CheckRule = rules.check
