import { randomBytes, randomInt } from 'node:crypto'
import { defaultOwners, type Parameters, type ProveConfig, type Things } from '../config.ts'
import { asksForOther, namesAsked, queryOf } from '../plan/bodies.ts'
import type { ManifestRoute } from '../plan/manifest.ts'
import { fill } from '../plan/path.ts'
import type { Resources } from './resources.ts'

export interface TargetOptions {
  readonly resources: Resources
  readonly config: ProveConfig
  /** Whether a call may succeed that spoils what it is about: it gets a resource of its own then. */
  readonly spoils: boolean
  /** The parameter whose value is the second owner's. */
  readonly crossed?: string | undefined
}

/** Where a request goes, and what its body is made from. */
export interface Target {
  readonly path: string
  readonly things: Things
}

/** The path of a route about nothing that exists: callers who are rejected need no more. */
export function madeUpTarget(route: ManifestRoute, config: ProveConfig): Target | { why: string } {
  const names = [...route.parameters, ...namesAsked(route, config)]
  const own = Object.fromEntries(names.map((name) => [name, String(randomInt(800_000_000, 900_000_000))]))
  const things: Things = { own, other: own, unique: randomBytes(6).toString('hex') }
  const filled = fill(route.path, own)
  if ('missing' in filled) return { why: `nothing is known of \`${filled.missing}\`` }
  return { path: filled.path + queryOf(route, config, things), things }
}

/** The path of a route about the first owner's resource, with the configured query; or why there is none. */
export async function targetOf(
  route: ManifestRoute,
  { resources, config, spoils, crossed }: TargetOptions,
): Promise<Target | { why: string }> {
  const [owner, other] = config.owners ?? defaultOwners
  const own = await resources.of(route, owner, spoils)
  if ('why' in own) return own
  let parameters: Parameters = own.parameters
  const others = asksForOther(route, config) ? await resources.of(route, other, spoils) : own
  if ('why' in others) return others
  const things: Things = { own: parameters, other: others.parameters, unique: randomBytes(6).toString('hex') }
  if (crossed !== undefined) {
    const theirs = await resources.of(route, other, spoils)
    if ('why' in theirs) return theirs
    parameters = { ...parameters, [crossed]: theirs.parameters[crossed] ?? '' }
  }
  const filled = fill(route.path, parameters)
  if ('missing' in filled) return { why: `the recipe returned no \`${filled.missing}\`` }
  return { path: filled.path + queryOf(route, config, things), things }
}
