import { defaultOwners, type Parameters, type ProveConfig } from '../config.ts'
import { type ManifestRoute, nameOf } from '../plan/manifest.ts'
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

/** The path of a route about the first owner's resource, with the configured query; or why there is none. */
export async function targetOf(
  route: ManifestRoute,
  { resources, config, spoils, crossed }: TargetOptions,
): Promise<{ path: string } | { why: string }> {
  const [owner, other] = config.owners ?? defaultOwners
  const own = await resources.of(route, owner, spoils)
  if ('why' in own) return own
  let parameters: Parameters = own.parameters
  if (crossed !== undefined) {
    const theirs = await resources.of(route, other, spoils)
    if ('why' in theirs) return theirs
    parameters = { ...parameters, [crossed]: theirs.parameters[crossed] ?? '' }
  }
  const filled = fill(route.path, parameters)
  if ('missing' in filled) return { why: `the recipe returned no \`${filled.missing}\`` }
  return { path: filled.path + (config.queries?.[nameOf(route)] ?? '') }
}
