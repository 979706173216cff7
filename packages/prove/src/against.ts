import { type Manifest, type ManifestRoute, nameOf } from './plan/manifest.ts'
import { matches, takes } from './plan/probes.ts'
import { isAsStrict } from './plan/rules/index.ts'

/** How one route differs between two manifests. */
export interface RouteChange {
  /** `GET /posts/:postId` */
  readonly route: string
  readonly kind: 'added' | 'removed' | 'changed'
  /** The allowed callers before and now; null where there is no such route. */
  readonly before: string | null
  readonly now: string | null
  /** Why the change admits callers who were rejected before; null where it does not. */
  readonly opens: string | null
}

/**
 * Compares what an application declares now with what it declared before, in the order of the routes' names.
 *
 * Errs on the side of caution: a rule that cannot be shown to be as strict as one of the old ones opens the route.
 */
export function compareManifests(before: Manifest, now: Manifest): RouteChange[] {
  const [old, current] = [byName(before), byName(now)]
  const names = [...new Set([...old.keys(), ...current.keys()])].sort()
  return names.flatMap((route): RouteChange[] => {
    const [was, is] = [old.get(route), current.get(route)]
    if (is === undefined)
      return was === undefined
        ? []
        : [{ route, kind: 'removed', before: was.printed, now: null, opens: uncovers(was, now.routes) }]
    if (was === undefined)
      return [{ route, kind: 'added', before: null, now: is.printed, opens: addedOpens(is) }]
    if (declarationOf(was) === declarationOf(is)) return []
    return [{ route, kind: 'changed', before: printed(was), now: printed(is), opens: gains(was, is) }]
  })
}

/** The changes as lines for a terminal; those that open something are marked. */
export function printChanges(changes: readonly RouteChange[]): string[] {
  return changes.map(({ route, kind, before, now, opens }) => {
    const rules = kind === 'changed' ? `${before} -> ${now}` : (now ?? before ?? '')
    return `${opens === null ? ' ' : '!'} ${kind} ${route}: ${rules}${opens === null ? '' : ` (${opens})`}`
  })
}

const byName = ({ routes }: Manifest): ReadonlyMap<string, ManifestRoute> =>
  new Map(routes.map((route) => [nameOf(route), route]))

const declarationOf = ({ kind, rules, reason }: ManifestRoute): string =>
  JSON.stringify([kind, rules, reason])

const printed = ({ kind, printed: rule, reason }: ManifestRoute): string =>
  kind === 'guarded' ? rule : `${rule} (${kind}${reason === null ? '' : `: ${reason}`})`

/** A new route with a rule opens nothing that was closed; one without a rule, or for every id, needs a second look. */
function addedOpens({ kind }: ManifestRoute): string | null {
  if (kind === 'open' || kind === 'optional') return 'anyone may call it'
  return kind === 'shared' ? 'reaches ids of other owners' : null
}

/** Requests of a route that is gone may be answered by a wider one. */
function uncovers(was: ManifestRoute, routes: readonly ManifestRoute[]): string | null {
  for (const wider of routes) {
    if (!takes(wider, was.method) || !matches(wider, was.path)) continue
    if (gains(was, wider) !== null) return `${nameOf(wider)} answers its requests now: ${wider.printed}`
  }
  return null
}

const openness = { guarded: 0, shared: 0, optional: 1, open: 2 } as const

function gains(was: ManifestRoute, is: ManifestRoute): string | null {
  if (openness[is.kind] > openness[was.kind])
    return is.kind === 'optional' ? 'anyone without a token may call it' : 'anyone may call it'
  if (openness[is.kind] > 0 || openness[was.kind] > 0) return null
  if (is.kind === 'shared' && was.kind === 'guarded') return 'reaches ids of other owners'
  const wider = is.rules.find((rule) => !was.rules.some((old) => isAsStrict(rule, old)))
  return wider === undefined ? null : 'admits callers who were rejected before'
}
