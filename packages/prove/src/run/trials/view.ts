import type { Parameters, Person } from '../../config.ts'
import { queryOf } from '../../plan/bodies.ts'
import { type ManifestRoute, nameOf } from '../../plan/manifest.ts'
import { kindOfPath, type Leaves, leavesOf } from './leaves.ts'
import { entered, send, type TrialContext } from './sender.ts'

interface Seen {
  readonly status: number
  readonly leaves: Leaves
}

/** What an owner sees of their things, by route. */
export type View = ReadonlyMap<string, Seen>

/** Reads these routes as an owner. */
export async function viewOf(
  routes: readonly ManifestRoute[],
  parameters: Parameters,
  person: Person,
  context: TrialContext,
): Promise<View> {
  const { config } = context.options
  const read = async (route: ManifestRoute): Promise<[string, Seen][]> => {
    const query = queryOf(route, config, { own: parameters, other: parameters, unique: 'view' })
    const reply = await send(route, { parameters, query, body: undefined }, person, context)
    return reply === undefined
      ? []
      : [[nameOf(route), { status: reply.status, leaves: leavesOf(reply.body) }]]
  }
  return new Map((await Promise.all(routes.map(read))).flat())
}

/** Differences between two views, as `route path` with rows taken for one another, and as a sentence. */
export function differences(before: View, after: View): Map<string, string> {
  const found = new Map<string, string>()
  for (const [route, { status, leaves }] of after) {
    const was = before.get(route)
    if (was === undefined) continue
    if (entered(was.status) !== entered(status)) {
      found.set(`${route} status`, `${route} answers ${status} instead of ${was.status}`)
      continue
    }
    for (const path of new Set([...was.leaves.keys(), ...leaves.keys()])) {
      if (was.leaves.get(path) === leaves.get(path)) continue
      const key = `${route} ${kindOfPath(path)}`
      const how = !leaves.has(path) ? 'is gone' : was.leaves.has(path) ? 'changed' : 'is new'
      if (!found.has(key)) found.set(key, `\`${path || 'the text'}\` of ${route} ${how}`)
    }
  }
  return found
}
