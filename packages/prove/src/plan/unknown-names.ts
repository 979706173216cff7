import { closest } from '@gatehouse/guard/option-names'
import type { ProveConfig } from '../config.ts'
import type { Untried } from './attempt.ts'
import type { ManifestRoute } from './manifest.ts'
import { namesIn } from './rules/index.ts'

/** Rules of a route that name a role or permission which no caller can have, as far as the configuration knows. */
export function unknownNames(route: ManifestRoute, { roles = {}, permissions = [] }: ProveConfig): Untried[] {
  const knownRoles = Object.keys(roles)
  const knownPermissions = [...new Set([...Object.values(roles).flat(), ...permissions])]
  const found = namesIn(route.rules).flatMap(({ what, name }) =>
    what === 'role'
      ? unknown('role', name, knownRoles, 'roles')
      : unknown('permission', name, knownPermissions, 'roles` or `permissions'),
  )
  return [...new Map(found.map((each) => [each.why, each])).values()].map(({ as, why }) => ({
    route,
    caller: 'who-may',
    as,
    expected: 'let in',
    verdict: 'unproven',
    why,
  }))
}

/** Where the configuration lists no names at all, none can be called wrong. */
function unknown(
  kind: string,
  name: string,
  known: readonly string[],
  field: string,
): { as: string; why: string }[] {
  if (known.length === 0 || known.includes(name)) return []
  const nearest = closest(name, known)
  const advice =
    nearest === undefined ? `it lists ${known.toSorted().join(', ')}` : `did you mean '${nearest}'?`
  const why = `${kind}('${name}') names a ${kind} that is not under \`${field}\` in prove.config.ts: ${advice}`
  return [{ as: `${kind} ${name}`, why }]
}
