import type { Names } from '../../option-names.ts'
import { readOptions } from '../../read-options.ts'
import { lateRegistration } from '../../routes/lock.ts'
import type { Manifest } from '../../routes/manifest.ts'
import { everythingBelow, hono, joinPatterns, type Pattern, parsePath } from '../../routes/pattern.ts'
import { type Registration, type RouteTable, type Step, stepOf } from '../../routes/registration.ts'
import { type ManifestOptions, manifestOptionNames, sealTable } from '../../routes/seal.ts'

/** What is locked of a Hono application. */
export interface SealableHono extends HonoApp {
  router: { add: (method: string, path: string, handler: never) => unknown }
}

/**
 * Throws unless every route of a Hono application declares a rule. Routes cannot be added afterwards.
 *
 * @throws UndeclaredRoutesError (`undeclared_routes`) that lists every fault and its fix
 */
export async function sealHono(app: SealableHono, options: SealOptions = {}): Promise<Manifest> {
  const read = readOptions('seal', options, sealOptionNames)
  return sealTable(readRoutes(app, read), read, () => {
    app.router.add = function add(method: string, path: string): never {
      throw lateRegistration(add, { subject: `${method} ${path}` })
    }
  })
}

/** Options of `guard.seal` under Hono. */
export interface SealOptions extends ManifestOptions {
  /** Hono applications behind `app.mount(path, …)`, by path: `{ '/legacy': legacyApp }`. */
  readonly mounts?: Readonly<Record<string, HonoApp>>
}

export const sealOptionNames: Names<SealOptions> = { ...manifestOptionNames, mounts: true }

/** What is read of a Hono application; `routes` is part of its documented surface. */
export interface HonoApp {
  readonly routes: readonly HonoRoute[]
}

export interface HonoRoute {
  readonly method: string
  readonly path: string
  readonly basePath?: string
  readonly handler: unknown
}

/** Reads every route of a Hono application, those of its sub-applications included. */
export function readRoutes(app: HonoApp, options: SealOptions = {}): RouteTable {
  const registrations = sidesOf(app.routes)
    .flatMap(registrationsOf)
    .flatMap((chain) => read(chain, app, options))
  return { framework: 'hono', ordered: true, registrations, unreadable: [] }
}

/** Hono keeps one entry for each function; those of `app.get(path, first, second)` lie side by side. */
function sidesOf(routes: readonly HonoRoute[]): HonoRoute[][] {
  const sides: HonoRoute[][] = []
  for (const route of routes) {
    const side = sides.at(-1)
    const last = side?.at(-1)
    if (side !== undefined && last?.method === route.method && last.path === route.path) side.push(route)
    else sides.push([route])
  }
  return sides
}

/** The same path given twice in a row is two registrations: the second begins behind what answers in the first. */
function registrationsOf(side: readonly HonoRoute[]): (readonly HonoRoute[])[] {
  const steps = side.map(({ handler }) => stepOf(plain(handler), 1))
  const answer = steps.findIndex((step) => step.kind === 'function' && step.ends === 'always')
  const more = steps.slice(answer + 1).some(({ kind }) => kind === 'function')
  if (answer === -1 || !more) return [side]
  return [side.slice(0, answer + 1), ...registrationsOf(side.slice(answer + 1))]
}

function read(chain: readonly HonoRoute[], app: HonoApp, options: SealOptions): Registration[] {
  const [first] = chain
  if (first === undefined) return []
  const functions = chain.map(({ handler }) => plain(handler))
  const steps = functions.map((handler) => stepOf(handler, 1))
  return parsePath(first.path, hono).flatMap((pattern) => {
    const common = {
      pattern,
      steps,
      scope: scopeOf(first, app),
      identity: functions.at(-1),
      method: first.method,
    }
    if (functions.some(isMount)) return mounted(common, options)
    if (functions.some(isStatic)) return [{ ...common, kind: 'files', method: 'GET' }]
    return [{ ...common, kind: first.method === 'ALL' && !answers(steps) ? 'layer' : 'route' }]
  })
}

type Common = Omit<Registration, 'kind'>

/** The routes behind `app.mount`, where they were named; else one part that cannot be read. */
function mounted({ pattern, steps, ...common }: Common, { mounts = {} }: SealOptions): Registration[] {
  const guards: Registration = {
    ...common,
    pattern,
    kind: 'layer',
    steps: steps.filter(({ kind }) => kind === 'guard'),
  }
  const [, inner] = Object.entries(mounts).find(([path]) => isAt(path, pattern)) ?? []
  if (inner === undefined) return [{ ...common, pattern, steps, kind: 'mount' }]
  const base: Pattern = { ...pattern, segments: pattern.segments.filter(({ kind }) => kind !== 'rest') }
  const below = readRoutes(inner, { mounts }).registrations.map((registration) => ({
    ...registration,
    pattern: joinPatterns(base, registration.pattern),
    scope: [base, ...registration.scope],
  }))
  return [guards, ...below]
}

function isAt(path: string, pattern: Pattern): boolean {
  const [named] = parsePath(path, hono)
  return named !== undefined && JSON.stringify(everythingBelow(named)) === JSON.stringify(pattern)
}

/** Sub-applications with an error handler of their own wrap each function, and keep it beside the wrapper. */
function plain(handler: unknown): unknown {
  const inner: unknown =
    typeof handler === 'function' ? Reflect.get(handler, '__COMPOSED_HANDLER') : undefined
  return typeof inner === 'function' ? plain(inner) : handler
}

/** `app.mount` and `mount()` of hono/mount: their function calls another application that Hono cannot look into. */
const isMount = (handler: unknown): boolean =>
  typeof handler === 'function' && /\bapplicationHandler\s*\(/.test(String(handler))

const answers = (steps: readonly Step[]): boolean =>
  steps.some((step) => step.kind === 'function' && step.ends === 'always')

/** `serveStatic` gives its function no name. */
const isStatic = (handler: unknown): boolean =>
  typeof handler === 'function' && /\brewriteRequestPath\b/.test(String(handler))

/** A sub-application is known by its base path alone. */
function scopeOf({ basePath }: HonoRoute, app: HonoApp): readonly unknown[] {
  const own: unknown = Reflect.get(app, '_basePath')
  return basePath === undefined || basePath === '/' || basePath === own ? [] : [basePath]
}
