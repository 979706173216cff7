import type { Parameters, Person } from '../../config.ts'
import { queryOf } from '../../plan/bodies.ts'
import { type ManifestRoute, nameOf } from '../../plan/manifest.ts'
import { names, parsed } from '../lists.ts'
import { leavesOf } from './leaves.ts'
import { entered, ownersOf, type Reply, readable, send, type TrialContext } from './sender.ts'

/** A write that was made. */
export interface Written {
  readonly reply: Reply
  readonly parameters: Parameters
  readonly body: unknown
}

/** What both owners get for the written thing, at one address. */
export interface Sight {
  readonly route: string
  readonly isList: boolean
  readonly id: string
  readonly mine: Reply
  readonly theirs: Reply
}

/** Reads what was written, as both owners: at its own address, and in the list that it stands in. */
export async function lookAt(
  route: ManifestRoute,
  { reply, parameters }: Written,
  context: TrialContext,
): Promise<Sight[]> {
  const [one, other] = ownersOf(context)
  const id = idIn(parsed(reply.body))
  const sights: Sight[] = []
  for (const { at, values, isList } of addresses(route, parameters, id, context)) {
    const query = queryOf(at, context.options.config, { own: values, other: values, unique: 'look' })
    const parts = { parameters: values, query, body: undefined }
    const [mine, theirs] = [await send(at, parts, one, context), await send(at, parts, other, context)]
    const last = Object.values(parameters).at(-1)
    if (mine !== undefined && theirs !== undefined)
      sights.push({ route: nameOf(at), isList, id: id ?? last ?? '', mine, theirs })
  }
  return sights
}

function addresses(
  route: ManifestRoute,
  parameters: Parameters,
  id: string | undefined,
  context: TrialContext,
): { at: ManifestRoute; values: Parameters; isList: boolean }[] {
  const known = readable(parameters, route.parameters.at(-1) ?? '', context)
  const same = known.filter(({ path }) => path === route.path || route.path.startsWith(`${path}/`))
  const isParent = ({ path }: ManifestRoute): boolean => route.path.startsWith(`${path}/`)
  const found = same.map((at) => ({ at, values: parameters, isList: isParent(at) || !/:\w+$/.test(at.path) }))
  if (id === undefined) return found
  const itself = context.options.routes.filter(
    ({ method, path }) =>
      method === 'GET' &&
      path.startsWith(`${route.path}/:`) &&
      !path.slice(route.path.length + 2).includes('/'),
  )
  const named = itself.flatMap((at) => {
    const name = at.parameters.at(-1)
    return name === undefined ? [] : [{ at, values: { ...parameters, [name]: id }, isList: false }]
  })
  return [...named, ...found]
}

/** The id of what an answer describes, also inside an envelope. */
function idIn(value: unknown, depth = 2): string | undefined {
  if (typeof value !== 'object' || value === null || depth === 0) return undefined
  if ('id' in value && (typeof value.id === 'string' || typeof value.id === 'number')) return String(value.id)
  for (const member of Object.values(value)) {
    const id = idIn(member, depth - 1)
    if (id !== undefined) return id
  }
  return undefined
}

/** Whose the thing has become, where it is not the caller's any more as it is after a plain request. */
export function whoseNow(
  plain: readonly Sight[],
  now: readonly Sight[],
  one: Person,
  other: Person,
): string | undefined {
  for (const sight of now) {
    const was = plain.find(({ route }) => route === sight.route)
    if (was === undefined) continue
    if (sight.isList) {
      const shows = (reply: Reply, id: string): boolean =>
        entered(reply.status) && id !== '' && listsId(reply, id)
      if (shows(sight.theirs, sight.id) && !shows(was.theirs, was.id))
        return `it stands in ${sight.route} of the other owner now`
    } else if (entered(sight.theirs.status) && !entered(was.theirs.status))
      return `${sight.route} shows it to the other owner now`
    for (const reply of ['mine', 'theirs'] as const) {
      if (!entered(was[reply].status) || !entered(sight[reply].status)) continue
      const before = ownLeaves(was[reply], was.id, one)
      const path = before.find((each) => leafOf(sight[reply], sight.id, each, other))
      if (path !== undefined) return `\`${path}\` of ${sight.route} names the other owner now`
    }
  }
  return undefined
}

const listsId = ({ body }: Reply, id: string): boolean =>
  [...leavesOf(body)].some(
    ([path, value]) => path.includes(`[id=${id}]`) || (/(^|[.\]])id$/i.test(path) && value === id),
  )

/** Where an answer names a person, with the thing's own id as a sign. */
function ownLeaves({ body }: Reply, id: string, person: Person): string[] {
  return [...leavesOf(body)]
    .filter(([path, value]) => names(value, person) && isOfThing(path, id))
    .map(([path]) => path.replace(`[id=${id}]`, '[]'))
}

const isOfThing = (path: string, id: string): boolean => !path.includes('[') || path.includes(`[id=${id}]`)

function leafOf({ body }: Reply, id: string, path: string, person: Person): boolean {
  const value = leavesOf(body).get(path.replace('[]', `[id=${id}]`))
  return value !== undefined && names(value, person)
}
