import type { ProveConfig } from '../config.ts'
import type { PreflightHeaders, Probe } from './attempt.ts'
import { type ManifestRoute, nameOf, writes } from './manifest.ts'

/** Methods that ask for no change; TRACE and PROPFIND stand for those that a list of methods forgets. */
const reading = ['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PROPFIND'] as const
/** The last one is in no standard: many servers reject it themselves, and others hand it to the application. */
const changing = ['POST', 'PUT', 'PATCH', 'DELETE', 'PROVE'] as const
const rare: ReadonlySet<string> = new Set(['TRACE', 'PROPFIND', 'PROVE'])
const headers: readonly PreflightHeaders[] = ['none', 'complete', 'method alone']

/**
 * Every method at every guarded path, with and without preflight headers and a JSON body. A path that several routes
 * share is probed once. Bodies and methods that change something are sent only where the data may be spoiled.
 */
export function probesOf(routes: readonly ManifestRoute[], config: ProveConfig): Probe[] {
  const disposable = config.disposable === true
  const skipped = (route: ManifestRoute): boolean => config.skip?.[nameOf(route)] !== undefined
  const guarded = routes.filter(
    (route) => isGuarded(route) && !skipped(route) && (disposable || !writes(route.method)),
  )
  const others = routes.filter((route) => !isGuarded(route) || skipped(route))
  const methods = disposable ? [...reading, ...changing] : reading
  return [...Map.groupBy(guarded, ({ path }) => path).values()].flatMap((sharing) =>
    methods.flatMap((method) => probesFor(method, sharing, others, guarded, disposable)),
  )
}

function probesFor(
  method: string,
  sharing: readonly ManifestRoute[],
  others: readonly ManifestRoute[],
  wider: readonly ManifestRoute[],
  bodies: boolean,
): Probe[] {
  const declaring = sharing.find((route) => takes(route, method))
  const route = declaring ?? sharing[0]
  if (route === undefined) return []
  // open to everybody, or not to be called
  if (others.some((other) => takes(other, method) && other.path === route.path)) return []
  // a route of a wider path answers: it is open, or probed at its own path
  const answers = (each: ManifestRoute): boolean => takes(each, method) && matches(each, route.path)
  if (declaring === undefined && (others.some(answers) || wider.some(answers))) return []
  return headers.flatMap((preflight) =>
    (bodies ? [false, true] : [false]).map((withBody) => ({
      route,
      method,
      declared: declaring !== undefined,
      preflight,
      withBody,
    })),
  )
}

/** Whether a server may refuse a method before any application hears of it. */
export const isRare = (method: string): boolean => rare.has(method)

export const isGuarded = ({ kind }: ManifestRoute): boolean => kind === 'guarded' || kind === 'shared'

/** Whether a route answers requests of a method: GET brings HEAD along. */
export const takes = (route: ManifestRoute, method: string): boolean =>
  route.method === 'ALL' || route.method === method || (route.method === 'GET' && method === 'HEAD')

/** Whether a route's path takes in another, whose parameters may stand for anything. */
export function matches({ path }: ManifestRoute, another: string): boolean {
  const pattern = path
    .split(/(:\w+(?:\{[^}]*\})?\??|\*\w*)/)
    .map((part) => {
      if (part.startsWith('*')) return '.*'
      return part.startsWith(':') ? '[^/]*' : part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
    })
    .join('')
  return new RegExp(`^${pattern}/?$`, 'i').test(another)
}
