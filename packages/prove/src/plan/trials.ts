import { defaultOwners, type ProveConfig } from '../config.ts'
import type { Trial } from './attempt.ts'
import { takesBody } from './bodies.ts'
import { type ManifestRoute, nameOf, writes } from './manifest.ts'
import { ownerPersona } from './personas.ts'
import { isGuarded } from './probes.ts'
import { evaluateAny, ownedIn, type Subject } from './rules/index.ts'

/** The trials of a run: on each route that an owner may call as nothing but an owner. */
export function trialsOf(routes: readonly ManifestRoute[], config: ProveConfig): Trial[] {
  return routes
    .filter((route) => {
      if (config.skip?.[nameOf(route)] !== undefined || !isGuarded(route)) return false
      return (!writes(route.method) || config.disposable === true) && admitsOwner(route, config)
    })
    .flatMap((route) => callersOf(route, config).map((caller) => ({ route, caller })))
}

function callersOf(route: ManifestRoute, config: ProveConfig): Trial['caller'][] {
  const shared = route.kind === 'shared' || config.sharedLists?.[nameOf(route)] !== undefined
  const callers: Trial['caller'][] = []
  if (route.method !== 'ALL' && !shared && !endsOwner(route)) callers.push('referring-owner')
  if (takesBody(route.method)) callers.push('owner-in-body')
  if (route.method === 'GET' && route.parameters.length === 0 && !shared) callers.push('owner-in-query')
  return callers
}

/** A deletion of what a person's own id names: it would end one of the two owners, whom the run still needs. */
const endsOwner = ({ method, rules }: ManifestRoute): boolean =>
  method === 'DELETE' && ownedIn(rules).some(({ loaded }) => !loaded)

/** Whether the first owner is admitted on their own resource for being its owner, or for being signed in. */
export function admitsOwner(route: ManifestRoute, config: ProveConfig): boolean {
  const [owner] = config.owners ?? defaultOwners
  const subject: Subject = {
    owners: Object.fromEntries(route.parameters.map((name) => [name, owner.id])),
    check: (name, persona) => {
      const known = config.checks?.[name]
      return typeof known === 'function' ? known(persona) : known
    },
  }
  return evaluateAny(route.rules, ownerPersona(owner, 'one owner'), subject) === 'passes'
}
