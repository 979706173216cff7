import type { ProveConfig } from '../config.ts'
import type { Untried } from './attempt.ts'
import type { ManifestRoute } from './manifest.ts'
import { flatten } from './personas.ts'

/** Rules of a route that name a role or permission which nobody can have, as far as the configuration knows. */
export function unknownNames(route: ManifestRoute, { roles = {}, permissions = [] }: ProveConfig): Untried[] {
  const knownRoles = Object.keys(roles)
  const knownPermissions = [...new Set([...Object.values(roles).flat(), ...permissions])]
  const found = flatten(route.rules).flatMap((rule) => {
    if (rule.kind === 'role') return unknown('role', rule.role, knownRoles, 'roles')
    if (rule.kind === 'permission')
      return unknown('permission', rule.permission, knownPermissions, 'roles` or `permissions')
    return []
  })
  return [...new Map(found.map((each) => [each.why, each])).values()].map(({ as, why }) => ({
    route,
    caller: 'who-may',
    as,
    expected: 'let in',
    verdict: 'unproven',
    why,
  }))
}

/** Where the configuration knows no names at all, it does not know that one is wrong. */
function unknown(
  kind: string,
  name: string,
  known: readonly string[],
  field: string,
): { as: string; why: string }[] {
  if (known.length === 0 || known.includes(name)) return []
  const nearest = nearestOf(name, known)
  const advice =
    nearest === undefined ? `it lists ${known.toSorted().join(', ')}` : `did you mean '${nearest}'?`
  const why = `${kind}('${name}') names a ${kind} that is not under \`${field}\` in prove.config.ts: ${advice}`
  return [{ as: `${kind} ${name}`, why }]
}

/** The name that a typing mistake most likely stands for; undefined where none is near. */
function nearestOf(name: string, known: readonly string[]): string | undefined {
  const limit = Math.max(1, Math.floor(name.length / 3))
  const [nearest] = known
    .map((each) => ({ each, distance: distanceOf(name.toLowerCase(), each.toLowerCase()) }))
    .toSorted((one, other) => one.distance - other.distance)
  return nearest !== undefined && nearest.distance <= limit ? nearest.each : undefined
}

/** Letters added, dropped, changed or swapped with their neighbour (optimal string alignment). */
function distanceOf(one: string, other: string): number {
  const rows = [Array.from({ length: other.length + 1 }, (_, at) => at)]
  const at = (row: number, column: number): number => rows[row]?.[column] ?? 0
  for (let row = 1; row <= one.length; row++) {
    const distances = [row]
    rows.push(distances)
    for (let column = 1; column <= other.length; column++) {
      const same = one[row - 1] === other[column - 1]
      const swapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1]
      distances.push(
        Math.min(
          at(row - 1, column) + 1,
          at(row, column - 1) + 1,
          at(row - 1, column - 1) + (same ? 0 : 1),
          swapped && row > 1 && column > 1 ? at(row - 2, column - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      )
    }
  }
  return at(one.length, other.length)
}
