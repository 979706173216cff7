import { randomBytes, randomInt, randomUUID } from 'node:crypto'
import type { Parameters, ProveConfig, Things } from '../../config.ts'
import { bodyOf, namesAsked, queryOf, takesBody } from '../../plan/bodies.ts'
import { type ManifestRoute, writes } from '../../plan/manifest.ts'
import { isPrivate, privateParameters, refersTo, usualNames } from '../../plan/references.ts'
import { ownedIn } from '../../plan/rules/index.ts'
import type { Parts } from './sender.ts'

/** A request in which one reference names the caller's own resource, another's, or none that exists. */
export interface Swap {
  /** Where the reference stands: `\`invoice_id\` in the query`. */
  readonly what: string
  /** The parameter that it is taken from. */
  readonly name: string
  /** Whether the configuration says that it names a resource of the owner. */
  readonly told: boolean
  /** The request with this value for the reference. */
  request(value: string): Parts
  /** The request with two references in one list; undefined where it has no list. */
  readonly several?: ((one: string, another: string) => Parts | undefined) | undefined
}

export interface Hands {
  readonly route: ManifestRoute
  readonly config: ProveConfig
  readonly routes: readonly ManifestRoute[]
  readonly own: Parameters
  /** The recipe that returned a name. */
  providerOf(name: string): string | undefined
  readonly unique: string
  /** The caller's own id, which names no resource of theirs but themselves. */
  readonly ownerId: string
}

/** Every place of a request that may name a resource which belongs to one person. */
export function swapsOf(hands: Hands): Swap[] {
  const { route, config, routes, own } = hands
  const privates = privateParameters(routes, config)
  const known = Object.keys(own).filter((name) => {
    const provider = hands.providerOf(name) ?? name
    return (
      own[name] !== hands.ownerId &&
      isPrivate(privates.get(name) ?? privates.get(provider), writes(route.method))
    )
  })
  const told = namesAsked(route, config)
  const ruled = ownedIn(route.rules).map(({ param }) => param)
  const guessed = route.parameters.length === 0 && told.length === 0 ? known : ruled
  return [
    ...told.map((name) => toldSwap(name, hands)),
    ...known.filter((name) => inPath(name, route, ruled)).map((name) => pathSwap(name, hands)),
    ...known.flatMap((name) => [...queryFieldSwaps(name, hands), ...bodyFieldSwaps(name, hands)]),
    ...guessed.filter((name) => own[name] !== undefined).flatMap((name) => guesses(name, hands)),
  ]
}

/** A parameter of the path that no rule of the route mentions, on a route that has no other owner to hold it against. */
const inPath = (name: string, route: ManifestRoute, ruled: readonly string[]): boolean =>
  route.parameters.includes(name) && !ruled.includes(name) && !route.unmentioned.includes(name)

function plainParts(
  { route, config, own, unique }: Hands,
  things: Things = { own, other: own, unique },
): Parts {
  return {
    parameters: own,
    query: queryOf(route, config, things),
    body: withFreshTexts(bodyOf(route, route.method, config, things), route, config, unique),
  }
}

function toldSwap(name: string, hands: Hands): Swap {
  const { own, unique } = hands
  const request = (value: string): Parts => {
    const things = { own: { ...own, [name]: value }, other: own, unique }
    return { ...plainParts(hands, things), parameters: own }
  }
  return {
    what: `\`${name}\` in the ${isInQuery(name, hands) ? 'query' : 'body'}`,
    name,
    told: true,
    request,
    several: (one, another) => {
      const [first, second] = [request(one), request(another)]
      const body = joined(first.body, second.body)
      return body === undefined ? undefined : { ...first, body }
    },
  }
}

function isInQuery(name: string, { route, config, own, unique }: Hands): boolean {
  const at = (value: string): string =>
    queryOf(route, config, { own: { ...own, [name]: value }, other: own, unique })
  return at('one') !== at('another')
}

/** The first body with what the lists of the second have beside it; undefined where there is no such list. */
function joined(first: unknown, second: unknown): unknown {
  if (Array.isArray(first) && Array.isArray(second))
    return JSON.stringify(first) === JSON.stringify(second) ? undefined : [...first, ...second]
  if (typeof first !== 'object' || typeof second !== 'object' || first === null || second === null)
    return undefined
  let found = false
  const merged = Object.fromEntries(
    Object.entries(first).map(([key, value]: [string, unknown]) => {
      const both = joined(value, (second as Record<string, unknown>)[key])
      found ||= both !== undefined
      return [key, both ?? value]
    }),
  )
  return found ? merged : undefined
}

function pathSwap(name: string, hands: Hands): Swap {
  const { own } = hands
  const request = (value: string): Parts => ({ ...plainParts(hands), parameters: { ...own, [name]: value } })
  return { what: `\`${name}\` in the path`, name, told: false, request }
}

/** Fields of a query that is given as text. */
function queryFieldSwaps(name: string, hands: Hands): Swap[] {
  const plain = plainParts(hands)
  if (namesAsked(hands.route, hands.config).length > 0) return []
  const fields = [...new Set(new URLSearchParams(plain.query).keys())].filter((field) =>
    refersTo(field, name),
  )
  return fields.map((field) => ({
    what: `\`${field}\` in the query`,
    name,
    told: false,
    request: (value) => {
      const query = new URLSearchParams(plain.query)
      query.set(field, value)
      return { ...plain, query: `?${query}` }
    },
  }))
}

/** Fields of a body that is given as JSON. */
function bodyFieldSwaps(name: string, hands: Hands): Swap[] {
  const { route, config } = hands
  const plain = plainParts(hands)
  const { body } = plain
  if (!isObject(body) || namesAsked(route, config).length > 0) return []
  return Object.entries(body).flatMap(([field, sample]) => {
    if (!refersTo(field, name)) return []
    const as = (value: string): unknown => (typeof sample === 'number' ? Number(value) : value)
    const list = Array.isArray(sample)
    const put = (...values: string[]): Parts => ({
      ...plain,
      body: {
        ...body,
        [field]: list
          ? values.map((value) => (typeof sample[0] === 'number' ? Number(value) : value))
          : as(values[0] ?? ''),
      },
    })
    const several = list ? (one: string, another: string): Parts => put(one, another) : undefined
    return [
      {
        what: `\`${field}\` in the body`,
        name,
        told: false,
        request: (value: string) => put(value),
        several,
      },
    ]
  })
}

/** Fields that nobody said anything of: names that such references usually have, all at once. */
function guesses(name: string, hands: Hands): Swap[] {
  const { route } = hands
  const plain = plainParts(hands)
  const { one, several } = usualNames(name)
  const inQuery = (value: string): Parts => {
    const query = new URLSearchParams(plain.query)
    for (const field of one) if (!query.has(field)) query.set(field, value)
    return { ...plain, query: `?${query}` }
  }
  const swaps: Swap[] = [{ what: `${listed(one)} in the query`, name, told: false, request: inQuery }]
  const { body } = plain
  if (!takesBody(route.method) || !isObject(body)) return swaps
  const fields = [...one, ...(route.parameters.length === 0 ? several : [])].filter(
    (field) => !(field in body),
  )
  const inBody =
    (as: (value: string) => unknown) =>
    (value: string): Parts => ({
      ...plain,
      body: {
        ...body,
        ...Object.fromEntries(
          fields.map((field) => [field, several.includes(field) ? [as(value)] : as(value)]),
        ),
      },
    })
  const about = { what: `${listed(fields)} in the body`, name, told: false }
  swaps.push({ ...about, request: inBody((value) => value) })
  if (/^\d{1,15}$/.test(hands.own[name] ?? '')) swaps.push({ ...about, request: inBody(Number) })
  return swaps
}

const listed = (fields: readonly string[]): string => fields.map((field) => `\`${field}\``).join(', ')

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Texts that are nothing but texts get a word of their own, so that a change can be seen. */
function withFreshTexts(body: unknown, route: ManifestRoute, config: ProveConfig, unique: string): unknown {
  const made = typeof config.bodies?.[`${route.method} ${route.path}`] === 'function'
  if (made || !isObject(body) || unique === '') return body
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => {
      const text =
        typeof value === 'string' && /^[\p{L} ]+$/u.test(value) && !/id$|kind|type|status|role/i.test(name)
      return [name, text ? `${value} ${unique}` : value]
    }),
  )
}

/** A value of the same shape that names nothing. */
export function madeUp(value: string): string {
  if (/^[\da-f]{8}-[\da-f]{4}-/i.test(value)) return randomUUID()
  if (/^\d+$/.test(value)) return String(randomInt(800_000_000, 900_000_000))
  return randomBytes(16)
    .toString('hex')
    .slice(0, Math.max(8, Math.min(value.length, 32)))
}
