import { readOptions } from '../../read-options.ts'
import { lockList } from '../../routes/lock.ts'
import type { Manifest } from '../../routes/manifest.ts'
import { braces, everythingBelow, type Pattern, parsePath } from '../../routes/pattern.ts'
import { type Registration, type RouteTable, type Step, stepOf } from '../../routes/registration.ts'
import { type ManifestOptions, manifestOptionNames, sealTable } from '../../routes/seal.ts'

/**
 * Throws unless every route of a Koa application declares a rule. Routes cannot be added afterwards.
 *
 * @throws UndeclaredRoutesError (`undeclared_routes`) that lists every fault and its fix
 */
export async function sealKoa(app: KoaApp, options: ManifestOptions = {}): Promise<Manifest> {
  const read = readOptions('seal', options, manifestOptionNames)
  const table = readRoutes(app)
  return sealTable(table, read, () => {
    for (const list of table.lists) lockList(list, (item) => ({ subject: nameOfLate(item) }))
  })
}

/** What is read of a Koa application. */
export interface KoaApp {
  readonly middleware: readonly unknown[]
}

/** What @koa/router keeps of a registration; nested routers are copied into the list of the outer one. */
interface Layer {
  readonly path: string | RegExp
  /** None on the layers of `use`. */
  readonly methods: readonly string[]
  readonly paramNames: readonly { readonly name: string }[]
  readonly stack: readonly unknown[]
  readonly regexp: RegExp
  readonly opts: {
    readonly end?: boolean
    readonly ignoreCaptures?: boolean
    readonly pathAsRegExp?: boolean
  }
}

interface Router {
  readonly stack: readonly Layer[]
}

/** A route table, and every list in which Koa and its routers keep their registrations. */
export interface KoaTable extends RouteTable {
  readonly lists: readonly (readonly unknown[])[]
}

/** Reads every route of a Koa application that goes through @koa/router. */
export function readRoutes(app: KoaApp): KoaTable {
  const registrations: Registration[] = []
  const lists: (readonly unknown[])[] = [app.middleware]
  for (const middleware of app.middleware) {
    const router = routerOf(middleware)
    if (router === undefined) registrations.push(functionOf(middleware))
    else {
      lists.push(router.stack)
      for (const layer of router.stack) registrations.push(...read(layer, router))
    }
  }
  return { framework: 'koa', ordered: true, registrations, unreadable: [], lists }
}

/** What somebody registers after sealing, as `GET /users`: a router's layer, or a function of the application. */
function nameOfLate(item: unknown): string {
  const layer = item as Partial<Layer> | undefined
  if (typeof layer === 'object' && layer?.path !== undefined)
    return `${methodsOf(layer.methods ?? []).join(', ') || 'ALL'} ${layer.path}`
  const step = stepOf(item, 1)
  return step.kind === 'function' ? `ALL /* (${step.name})` : 'ALL /* (a guard)'
}

function routerOf(middleware: unknown): Router | undefined {
  const router: unknown = typeof middleware === 'function' ? Reflect.get(middleware, 'router') : undefined
  return isRouter(router) ? router : undefined
}

const isRouter = (thing: unknown): thing is Router =>
  typeof thing === 'object' && thing !== null && 'stack' in thing && Array.isArray(thing.stack)

const everything: Pattern = everythingBelow({ segments: [] })

/** A function in front of the whole application: koa-static, koa-mount, or anything else that answers or calls `next`. */
function functionOf(middleware: unknown): Registration {
  const step = stepOf(middleware, 1)
  const name = step.kind === 'function' ? step.name : ''
  const kind = name === 'serve' ? 'files' : name === 'mount' ? 'mount' : 'layer'
  const method = kind === 'files' ? 'GET' : 'ALL'
  return { kind, method, pattern: everything, steps: isAllowedMethods(middleware) ? [] : [step], scope: [] }
}

/** `router.allowedMethods()` answers OPTIONS and refusals only, once nothing else has. */
const isAllowedMethods = (middleware: unknown): boolean =>
  typeof middleware === 'function' && /\ballowedMethods\b/i.test(String(middleware))

function read(layer: Layer, router: Router): Registration[] {
  const { methods, stack, opts, paramNames } = layer
  return patternsOf(layer).flatMap((pattern): Registration[] => {
    const wide = pattern.segments[0]?.kind === 'rest'
    const steps = stack.map((handle) => withBlanket(stepOf(handle, 1), wide))
    const common = { steps, scope: [router], identity: stack.at(-1) }
    if (methods.length === 0) {
      const parameters = opts.ignoreCaptures === true ? [] : paramNames.map(({ name }) => name)
      return [{ ...common, kind: 'layer', method: 'ALL', pattern, parameters, confined: true }]
    }
    return methodsOf(methods).map((method) => ({ ...common, kind: 'route', method, pattern }))
  })
}

const withBlanket = (step: Step, blanket: boolean): Step =>
  step.kind === 'guard' ? { ...step, blanket } : step

/** `router.all` lists every method that Node knows; GET includes HEAD. */
function methodsOf(methods: readonly string[]): string[] {
  if (methods.length > 20) return ['ALL']
  return [...new Set(methods)].filter((method) => method !== 'HEAD' || !methods.includes('GET'))
}

function patternsOf({ path, regexp, opts }: Layer): Pattern[] {
  const syntax = braces(!regexp.flags.includes('i'))
  if (typeof path !== 'string') return parsePath(path, syntax)
  // What `use` without a path becomes: the router's prefix, and then a slash or the end, as a regular expression that
  // is case-sensitive even where routes are not.
  const plain =
    opts.pathAsRegExp === true ? path.replace(/\(\?:\\\/\|\$\)$/, '') : path.replace(/\{\/\*rest\}$/, '')
  if (opts.pathAsRegExp === true && plain === path) return parsePath(regexp, syntax)
  const patterns = parsePath(plain, plain === '' ? braces(false) : syntax)
  return opts.end === false ? patterns.map(everythingBelow) : patterns
}
