import { chainOf, type InspectedRoute, type Target, targetsOf } from './chain.ts'
import { combine } from './effective.ts'
import type { Fault } from './fault.ts'
import { faultsOf, unusedGuards } from './faults.ts'
import { parametersOf } from './pattern.ts'
import type { RouteTable } from './registration.ts'

export interface Inspection {
  readonly routes: readonly InspectedRoute[]
  readonly faults: readonly Fault[]
}

/** Works out what each route of a table requires, and everything that is wrong with it. Calls nothing. */
export function inspect(table: RouteTable): Inspection {
  const targets = targetsOf(table)
  const routes = targets.map((target) => inspectTarget(target, table))
  const unreadable = table.unreadable.map(
    ({ what, path, source, detail, advice }): Fault => ({
      kind: 'unreadable',
      subject: path === undefined ? what : `${what} at ${path}`,
      source,
      detail:
        detail ?? 'Seal cannot see which routes are in there, so it cannot say that the list is complete.',
      remedy: advice,
    }),
  )
  const faults = routes.flatMap((route) => faultsOf(route, routes, table))
  return { routes, faults: [...faults, ...unusedGuards(routes, table), ...unreadable] }
}

function inspectTarget(target: Target, table: RouteTable): InspectedRoute {
  const chain = chainOf(target, table)
  const counted = chain.filter(({ ignored }) => !ignored).map(({ guard }) => guard.declaration)
  return {
    target,
    chain,
    effective: combine(counted),
    parameters: parametersOf(target.registration.pattern),
  }
}
