import type { ProveConfig } from '../config.ts'
import { type ManifestRoute, nameOf, writes } from './manifest.ts'

/** Field names by which a body or a row names its owner. */
export const ownerNames: RegExp =
  /^(owner|owner_?id|user|user_?id|author|author_?id|sub|created_?by|account_?id)$/i

/** The body of a route's request as an object or whatever JSON it is; undefined where the method takes none. */
export function bodyOf(route: ManifestRoute, method: string, config: ProveConfig, unique: string): unknown {
  if (!writes(method) || method === 'DELETE') return undefined
  const body = config.bodies?.[nameOf(route)] ?? {}
  return typeof body === 'function' ? (body as (unique: string) => unknown)(unique) : body
}

/** The fields of a route's body that name an owner, as configured or by their names. */
export function ownerFieldsOf(route: ManifestRoute, config: ProveConfig): readonly string[] {
  const body = bodyOf(route, route.method, config, 'planned')
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return []
  return [
    ...new Set([...Object.keys(body).filter((name) => ownerNames.test(name)), ...(config.ownerFields ?? [])]),
  ]
}
