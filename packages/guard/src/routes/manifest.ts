import type { InspectedRoute } from './chain.ts'
import { printEffective } from './effective.ts'
import type { Inspection } from './inspect.ts'
import type { ManifestRule } from './manifest-rule.ts'
import { notesOf, unmentioned } from './notes.ts'
import { printPattern } from './pattern.ts'
import type { RouteTable } from './registration.ts'
import type { Source } from './source.ts'

/** Raised when a reader of older manifests would misunderstand a newer one. */
export const manifestVersion = 1

/**
 * Every route of an application with who may call it. It is plain JSON in a stable order (by path, then method), so
 * that it can be committed, and a change of who may do what shows in a review. `manifestSchema` describes it.
 */
export interface Manifest {
  readonly version: typeof manifestVersion
  /** `express`, `hono`, `fastify`, `koa`, `nest`. */
  readonly framework: string
  readonly routes: readonly ManifestRoute[]
  /** Functions that run in front of routes, are not guards, and could answer themselves; for a reviewer to know. */
  readonly middleware: readonly ManifestMiddleware[]
}

export interface ManifestRoute {
  /** Upper case; `ALL` where the route answers every method. GET includes HEAD where the framework adds it. */
  readonly method: string
  /** Parameters as `:name`, wildcards as `*` or `*name`. */
  readonly path: string
  readonly parameters: readonly string[]
  /** Whether a rule applies; `shared` is one that lets any signed-in user reach any id, on purpose. */
  readonly kind: 'guarded' | 'shared' | 'optional' | 'open'
  /** Any of these lets a caller in; `all` needs each of its parts. Empty for `optional` and `open`. */
  readonly rules: readonly ManifestRule[]
  /** Why it is shared, optional or open; null for guarded routes. */
  readonly reason: string | null
  /** The allowed callers, in a line. */
  readonly printed: string
  /** Parameters of an owned route that no rule mentions: the child of another owner's parent must be tried. */
  readonly unmentioned: readonly string[]
  /** Where the route was registered, else where its guard was made; null where neither is known. */
  readonly source: Source | null
  /** What a reviewer should know, in sentences. */
  readonly notes: readonly string[]
}

export interface ManifestMiddleware {
  readonly path: string
  readonly name: string
}

/** Puts the manifest of an inspected application together; routes without a declaration are left out. */
export function manifestOf({ framework, registrations }: RouteTable, { routes }: Inspection): Manifest {
  const functions = registrations
    .filter(({ kind }) => kind === 'layer')
    .flatMap(({ pattern, steps }) =>
      steps.flatMap((step) =>
        step.kind === 'function' && step.ends === 'maybe'
          ? [{ path: printPattern(pattern), name: step.name }]
          : [],
      ),
    )
  return {
    version: manifestVersion,
    framework,
    routes: routes.flatMap(manifestRoute).sort(byPathThenMethod),
    middleware: functions,
  }
}

function manifestRoute(route: InspectedRoute): ManifestRoute[] {
  const { effective, target, chain, parameters } = route
  if (effective === undefined) return []
  const { method, pattern, source } = target.registration
  return [
    {
      method,
      path: printPattern(pattern),
      parameters,
      kind: effective.kind,
      rules: effective.rules,
      reason: effective.reason ?? null,
      printed: printEffective(effective),
      unmentioned: unmentioned(route),
      source: source ?? chain.findLast(({ ignored }) => !ignored)?.guard.source ?? null,
      notes: notesOf(route),
    },
  ]
}

const compare = (one: string, other: string): number => (one < other ? -1 : Number(one > other))

const byPathThenMethod = (one: ManifestRoute, other: ManifestRoute): number =>
  compare(one.path, other.path) || compare(one.method, other.method)
