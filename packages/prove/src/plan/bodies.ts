import type { ProveConfig, Things } from '../config.ts'
import { type ManifestRoute, nameOf, writes } from './manifest.ts'

/** Field names by which a body or a row names its owner. */
export const ownerNames: RegExp =
  /^(owner|owner_?id|user|user_?id|author|author_?id|sub|created_?by|account_?id)$/i

/** The fields that are tried on every route which takes a body, and in the query of every list. */
export const triedOwnerNames: readonly string[] = [
  'owner',
  'owner_id',
  'ownerId',
  'user',
  'user_id',
  'userId',
  'author',
  'author_id',
  'authorId',
  'created_by',
  'createdBy',
  'account_id',
  'accountId',
]

/** Whether requests of a method carry a body. */
export const takesBody = (method: string): boolean => writes(method) && method !== 'DELETE'

/** The body of a route's request as an object or whatever JSON it is; undefined where the method takes none. */
export function bodyOf(route: ManifestRoute, method: string, config: ProveConfig, things: Things): unknown {
  const body = config.bodies?.[nameOf(route)]
  // a deletion has a body only where the configuration gives it one
  if (!takesBody(method) && !(method === 'DELETE' && body !== undefined)) return undefined
  return typeof body === 'function' ? (body as (things: Things) => unknown)(things) : (body ?? {})
}

/** The query of a route's request, with its question mark; empty where there is none. */
export function queryOf(route: ManifestRoute, config: ProveConfig, things: Things): string {
  const query = config.queries?.[nameOf(route)] ?? ''
  return typeof query === 'function' ? query(things) : query
}

/** Names of the owner's resources that the body and the query of a route are made from. */
export function namesAsked(route: ManifestRoute, config: ProveConfig): readonly string[] {
  return [...asked(route, config).own]
}

/** Whether the body or the query of a route names anything of the other owner by itself. */
export const asksForOther = (route: ManifestRoute, config: ProveConfig): boolean =>
  asked(route, config).other.size > 0

/** Calls the functions with placeholders, to see what they read. */
function asked(route: ManifestRoute, config: ProveConfig): { own: Set<string>; other: Set<string> } {
  const [own, other] = [new Set<string>(), new Set<string>()]
  const things: Things = { own: recording(own), other: recording(other), unique: 'planned' }
  const name = nameOf(route)
  for (const make of [config.bodies?.[name], config.queries?.[name]]) {
    if (typeof make !== 'function') continue
    try {
      ;(make as (things: Things) => unknown)(things)
    } catch {
      // what it had read by then is known; with real values it may go further
    }
  }
  return { own, other }
}

const recording = (into: Set<string>): Things['own'] =>
  new Proxy<Record<string, string>>(
    {},
    {
      get: (_, name) => {
        if (typeof name !== 'string') return undefined
        into.add(name)
        return 'planned'
      },
    },
  )
