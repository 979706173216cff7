import type { Context } from 'koa'
import { GuardCore } from '../../core.ts'
import type { GuardOptions } from '../../options.ts'
import * as rules from '../../policy/rules.ts'
import type { CheckRule, CheckTest, OwnerLoader, OwnRule } from '../../policy/types.ts'
import type { Manifest } from '../../routes/manifest.ts'
import type { ManifestOptions } from '../../routes/seal.ts'
import type { GuardSurface } from '../surface.ts'
import { surfaceOf } from '../surface-of.ts'
import { enforce } from './enforce.ts'
import type { KoaApp } from './routes.ts'
import { sealKoa } from './seal.ts'
import type { Middleware } from './types.ts'

export * from '../shared.ts'
export type { GuardedState, Middleware } from './types.ts'

export interface Guard<Role extends string = string, Permission extends string = string>
  extends GuardSurface<Role, Permission, Middleware, Middleware, Middleware> {
  /**
   * Refuses to go on while any route of the application has no rule; gives the manifest, and writes it where
   * GATEHOUSE_MANIFEST says. The application takes no more routes afterwards.
   *
   * @throws UndeclaredRoutesError (`undeclared_routes`) that lists every fault with the line to write
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
  const core = new GuardCore(options)
  return Object.assign(surfaceOf(core, enforce(core)), { seal: sealKoa })
}

/** The rule `own`, whose loader gets the framework's request. */
export const own: (param: string, load?: OwnerLoader<Context>) => OwnRule = rules.own

/** The rule `check`, whose test gets the framework's request. */
export const check: (name: string, test: CheckTest<Context>) => CheckRule = rules.check
