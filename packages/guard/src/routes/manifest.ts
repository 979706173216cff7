import { type ManifestRule, manifestForms, ownedParameters } from '../policy/rules/index.ts'
import type { InspectedRoute } from './chain.ts'
import { printEffective } from './effective.ts'
import type { Inspection } from './inspect.ts'
import { printPattern } from './pattern.ts'
import { place, type RouteTable } from './registration.ts'
import type { Source } from './source.ts'

/** Raised when a reader of older manifests would misunderstand a newer one. */
export const manifestVersion = 1

/**
 * Every route of an application with its allowed callers. It is plain JSON in a stable order (by path, then method), so
 * that it can be committed, and a change of permissions shows in a review. `manifestSchema` describes it.
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

/** Parameters that no rule of an owned route mentions. */
export function unmentioned({ effective, parameters }: InspectedRoute): string[] {
  const owned = (effective?.rules ?? []).flatMap(ownedParameters)
  return owned.length === 0 ? [] : parameters.filter((name) => !owned.includes(name))
}

/** What a reviewer should know about a declared route, in sentences. */
export function notesOf(route: InspectedRoute): string[] {
  const { effective, parameters, chain, target } = route
  if (effective === undefined) return []
  const ruled = effective.kind === 'guarded' || effective.kind === 'shared'
  const owned = effective.rules.flatMap(ownedParameters).length > 0
  const notes: string[] = []
  if (ruled && parameters.length > 0 && !owned) notes.push('reaches every id')
  for (const name of unmentioned(route)) notes.push(`parameter :${name} is not mentioned by any rule`)
  if (target.registration.kind === 'files') notes.push('reaches every file below it')
  if (target.registration.kind === 'mount') notes.push('an application whose own routes are not listed')
  for (const { guard, registration, own, ignored } of chain) {
    const { kind } = guard.declaration
    if ((kind === 'open' || kind === 'optional') && ruled && !ignored)
      notes.push(
        `guard.${kind} on ${printPattern(registration.pattern)}${place(guard.source)} has no effect here: another guard runs too`,
      )
    else if (kind === 'open' && !own && !ignored)
      notes.push(`open through ${printPattern(registration.pattern)}`)
  }
  return notes
}

const text = { type: 'string' } as const
const texts = { type: 'array', items: text } as const

const closed = (
  properties: Record<string, object>,
  required: readonly string[] = Object.keys(properties),
): object => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
})

const rules = { type: 'array', items: { $ref: '#/$defs/rule' } } as const

const members: Readonly<Record<string, object>> = {
  text,
  texts,
  number: { type: 'number' },
  flag: { type: 'boolean' },
  rules,
}

/** What a rule of one kind looks like; `?` marks a member that may be missing. */
function ruleSchema({ kind, form }: (typeof manifestForms)[number]): object {
  const properties = Object.entries(form).map(([name, member]) => [name, members[member.replace('?', '')]])
  const required = Object.keys(form).filter((name) => form[name]?.endsWith('?') === false)
  return closed({ kind: { const: kind }, ...Object.fromEntries(properties) }, ['kind', ...required])
}

/** What a manifest looks like: JSON Schema, draft 2020-12. */
export const manifestSchema: Readonly<Record<string, unknown>> = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'The routes of an application and the allowed callers of each',
  ...closed({
    version: { const: manifestVersion },
    framework: text,
    routes: { type: 'array', items: { $ref: '#/$defs/route' } },
    middleware: { type: 'array', items: closed({ path: text, name: text }) },
  }),
  $defs: {
    route: closed({
      method: text,
      path: text,
      parameters: texts,
      kind: { enum: ['guarded', 'shared', 'optional', 'open'] },
      rules,
      reason: { type: ['string', 'null'] },
      printed: text,
      unmentioned: texts,
      source: { anyOf: [{ type: 'null' }, closed({ file: text, line: { type: 'integer' } })] },
      notes: texts,
    }),
    rule: { anyOf: manifestForms.map(ruleSchema) },
  },
}
