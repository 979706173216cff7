import { asyncFromCaller, fromCaller } from '../../caller-stack.ts'
import { GuardCore } from '../../core.ts'
import type { GuardOptions } from '../../options.ts'
import type { CheckRule, CheckTest, OwnerLoader, OwnRule } from '../../policy/rules/index.ts'
import * as rules from '../../policy/rules/index.ts'
import type { Manifest } from '../../routes/manifest.ts'
import { recordRegistrations } from '../express/record.ts'
import type { SealOptions } from '../express/routes.ts'
import { type GuardSurface, surfaceOf } from '../surface.ts'
import { enforce, type GuardDecorator } from './enforce.ts'
import { type SealableNest, sealNest } from './routes.ts'

export * from '../shared.ts'
export type { GuardDecorator } from './enforce.ts'

export interface Guard<Role extends string = string, Permission extends string = string>
  extends GuardSurface<Role, Permission, GuardDecorator, GuardDecorator, GuardDecorator> {
  /**
   * Initialises the application and throws unless each of its routes declares a rule. Returns the manifest, and
   * writes it where GATEHOUSE_MANIFEST says. The application takes no more routes afterwards.
   *
   * @throws UndeclaredRoutesError (`undeclared_routes`) that lists every fault and its fix
   */
  seal(app: SealableNest, options?: SealOptions): Promise<Manifest>
}

/**
 * Makes a guard for NestJS: a decorator for controllers and their methods.
 *
 * ```ts
 * export const Guarded = createGuard({ issuer: 'http://localhost:3000', audience: 'lounge' })
 *
 * @Controller('users')
 * class Users {
 *   @Get(':userId') @Guarded(own('userId'), role('admin'))
 *   show() {}
 * }
 * ```
 *
 * @throws ConfigurationError for every mistake that can be seen at start-up
 */
export function createGuard<const Role extends string = string, const Permission extends string = string>(
  options: GuardOptions<Role, Permission> = {},
): Guard<Role, Permission> {
  recordRegistrations()
  const core = fromCaller(createGuard, () => new GuardCore(options))
  return Object.assign(surfaceOf(core, enforce(core)), { seal: asyncFromCaller(sealNest) })
}

/** The rule `own`, whose loader gets the framework's request. */
export const own: (param: string, load?: OwnerLoader<unknown>) => OwnRule = rules.own

/** The rule `check`, whose test gets the framework's request. */
export const check: (name: string, test: CheckTest<unknown>) => CheckRule = rules.check
