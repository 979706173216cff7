import type { FastifyInstance, FastifyPluginCallback, FastifyRequest } from 'fastify'
import { asyncFromCaller, fromCaller } from '../../caller-stack.ts'
import { GuardCore } from '../../core.ts'
import type { GuardOptions } from '../../options.ts'
import type { CheckRule, CheckTest, OwnerLoader, OwnRule } from '../../policy/rules/index.ts'
import * as rules from '../../policy/rules/index.ts'
import type { Manifest } from '../../routes/manifest.ts'
import type { ManifestOptions } from '../../routes/seal.ts'
import { type GuardSurface, surfaceOf } from '../surface.ts'
import { enforce, type Hook } from './enforce.ts'
import { plugin } from './plugin.ts'
import { sealFastify } from './routes.ts'

export * from '../shared.ts'
export type { Hook } from './enforce.ts'

export interface Guard<Role extends string = string, Permission extends string = string>
  extends GuardSurface<Role, Permission, Hook, Hook, Hook> {
  /** Prepares requests for the caller; to be registered before any route. */
  readonly plugin: FastifyPluginCallback
  /**
   * Waits until the application is ready and throws unless each of its routes declares a rule. Returns the manifest,
   * and writes it where GATEHOUSE_MANIFEST says.
   *
   * @throws UndeclaredRoutesError (`undeclared_routes`) that lists every fault and its fix
   */
  seal(app: FastifyInstance, options?: ManifestOptions): Promise<Manifest>
}

/**
 * Makes a guard for Fastify 5. Register `guard.plugin` first.
 *
 * ```ts
 * const guard = createGuard({ issuer: 'http://localhost:3000', audience: 'lounge' })
 * await app.register(guard.plugin)
 * app.get('/vip-lounge', { onRequest: guard() }, (request) => ({ message: `Welcome, ${request.user.username}` }))
 * ```
 *
 * @throws ConfigurationError for every mistake that can be seen at start-up
 */
export function createGuard<const Role extends string = string, const Permission extends string = string>(
  options: GuardOptions<Role, Permission> = {},
): Guard<Role, Permission> {
  const core = fromCaller(createGuard, () => new GuardCore(options))
  return Object.assign(surfaceOf(core, enforce(core)), { plugin, seal: asyncFromCaller(sealFastify) })
}

/** The rule `own`, whose loader gets the framework's request. */
export const own: (param: string, load?: OwnerLoader<FastifyRequest>) => OwnRule = rules.own

/** The rule `check`, whose test gets the framework's request. */
export const check: (name: string, test: CheckTest<FastifyRequest>) => CheckRule = rules.check
