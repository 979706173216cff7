import type { FastifyInstance } from 'fastify'
import { readOptions } from '../../read-options.ts'
import type { Manifest } from '../../routes/manifest.ts'
import { everythingBelow, findMyWay, type Pattern, parsePath } from '../../routes/pattern.ts'
import {
  type Registration,
  type RouteTable,
  type Step,
  stepOf,
  type Unreadable,
} from '../../routes/registration.ts'
import { type ManifestOptions, manifestOptionNames, sealTable } from '../../routes/seal.ts'
import { type Heard, type HeardRoute, heardBy, restoreCaller } from './plugin.ts'

/**
 * Waits until a Fastify application is ready and throws unless each of its routes declares a rule. Fastify itself
 * takes no more routes afterwards.
 *
 * @throws UndeclaredRoutesError (`undeclared_routes`) that lists every fault and its fix
 */
export async function sealFastify(app: FastifyInstance, options: ManifestOptions = {}): Promise<Manifest> {
  const read = readOptions('seal', options, manifestOptionNames)
  await app.ready()
  return sealTable(readRoutes(app), read)
}

const before = ['onRequest', 'preParsing', 'preValidation', 'preHandler'] as const
const after = ['preSerialization', 'onSend', 'onResponse'] as const
type Hook = (typeof before)[number] | (typeof after)[number]

/** Reads the routes of a Fastify application that is ready, as `guard.plugin` recorded them. */
export function readRoutes(app: FastifyInstance): RouteTable {
  const heard = heardBy(app)
  if (heard === undefined)
    return { framework: 'fastify', ordered: false, registrations: [], unreadable: [notRegistered] }
  const reader = new Reader(heard, app)
  const registrations = heard.routes
    .filter((route) => !isAddedHead(route, heard.routes))
    .flatMap((route) => reader.read(route))
  const unreadable = [...unheardRoutes(app, heard.routes).map(registeredBefore), ...reader.unreadable]
  return {
    framework: 'fastify',
    ordered: false,
    registrations: [...registrations, ...reader.unused()],
    unreadable,
  }
}

class Reader {
  readonly unreadable: Unreadable[] = []
  readonly #heard: Heard
  readonly #app: FastifyInstance
  readonly #sensitive: boolean
  readonly #steps = new Map<unknown, Step>()

  constructor(heard: Heard, app: FastifyInstance) {
    this.#heard = heard
    this.#app = app
    this.#sensitive = app.initialConfig.caseSensitive !== false
  }

  read({ options, instance, source }: HeardRoute): Registration[] {
    const hooks = (names: readonly Hook[]): Step[] =>
      names
        .flatMap((name) => [...hooksOf(instance, name), ...[options[name] ?? []].flat()])
        .map((hook) => this.#step(hook))
    const handler: Step = {
      ...stepOf(options.handler, 0),
      kind: 'function',
      name: 'the handler',
      ends: 'always',
    }
    const steps = [...(isCorsRoute(options) ? [preflights] : []), ...hooks(before), handler, ...hooks(after)]
    return parsePath(options.url, findMyWay(this.#sensitive)).flatMap((pattern) =>
      this.#methodsOf(options).map((method) => ({
        ...common(pattern),
        method,
        steps,
        source,
        identity: options.handler,
      })),
    )
  }

  /** Guards of plugins that no route runs through. */
  unused(): Registration[] {
    const found = new Set<unknown>()
    return [...this.#heard.instances].flatMap((instance) =>
      before
        .flatMap((name) => hooksOf(instance, name))
        .filter((hook) => !this.#steps.has(hook) && !found.has(hook))
        .flatMap((hook) => {
          found.add(hook)
          const step = this.#step(hook)
          const pattern = everythingBelow(prefixOf(instance, this.#sensitive))
          return step.kind === 'guard'
            ? [{ ...common(pattern), kind: 'layer' as const, method: 'ALL', steps: [step] }]
            : []
        }),
    )
  }

  /** `app.all` lists every method that the application supports. */
  #methodsOf({ method }: HeardRoute['options']): string[] {
    const methods = [method].flat()
    return this.#app.supportedMethods.every((each) => methods.includes(each)) ? ['ALL'] : methods
  }

  /** One step for each hook, however many routes it runs for. */
  #step(hook: unknown): Step {
    const known = this.#steps.get(hook)
    if (known !== undefined) return known
    const read = stepOf(hook, -1)
    const step: Step = hook === restoreCaller && read.kind === 'function' ? { ...read, ends: 'never' } : read
    const blanket = before.some((name) => hooksOf(this.#heard.root, name).includes(hook))
    const made = step.kind === 'guard' ? { ...step, blanket } : step
    this.#steps.set(hook, made)
    return made
  }
}

/** @fastify/cors adds a route for the preflights of all paths, and no way to put a guard on it. */
const isCorsRoute = ({ method, url, handler }: HeardRoute['options']): boolean =>
  method === 'OPTIONS' && url.endsWith('*') && /\bcorsPreflightEnabled\b/.test(String(handler))

const preflights: Step = {
  kind: 'guard',
  declaration: { kind: 'open', reason: '@fastify/cors answers preflights' },
  source: undefined,
}

const common = (pattern: Pattern): Pick<Registration, 'kind' | 'pattern' | 'scope'> => ({
  kind: 'route',
  pattern,
  scope: [],
})

/** The hooks that run for an instance's routes; Fastify keeps them under a symbol without a public name. */
function hooksOf(instance: object, name: Hook): readonly unknown[] {
  for (let at: object | null = instance; at !== null; at = Object.getPrototypeOf(at)) {
    const symbol = Object.getOwnPropertySymbols(at).find(({ description }) => description === 'fastify.hooks')
    const hooks: unknown = symbol === undefined ? undefined : Reflect.get(at, symbol)
    const list: unknown = typeof hooks === 'object' && hooks !== null ? Reflect.get(hooks, name) : undefined
    if (Array.isArray(list)) return list
  }
  return []
}

function prefixOf(instance: object, sensitive: boolean): Pattern {
  const prefix: unknown = Reflect.get(instance, 'prefix')
  const [pattern] = parsePath(typeof prefix === 'string' ? prefix : '', findMyWay(sensitive))
  return pattern ?? { segments: [] }
}

/** Fastify adds a HEAD route with the same functions beside each GET route. */
const isAddedHead = ({ options }: HeardRoute, all: readonly HeardRoute[]): boolean =>
  options.method === 'HEAD' &&
  all.some(
    ({ options: other }) =>
      [other.method].flat().includes('GET') &&
      withoutSlash(other.url) === withoutSlash(options.url) &&
      sameHooks(other, options),
  )

const withoutSlash = (url: string): string => url.replace(/\/$/, '')

const sameHooks = (one: HeardRoute['options'], other: HeardRoute['options']): boolean =>
  one.handler === other.handler && before.every((name) => one[name] === other[name])

const notRegistered: Unreadable = {
  what: 'The application',
  path: undefined,
  source: undefined,
  detail: 'guard.plugin is not registered, so nothing recorded its routes.',
  advice: 'Register it before any route: await app.register(guard.plugin)',
}

const registeredBefore = (route: string): Unreadable => ({
  what: route,
  path: undefined,
  source: undefined,
  detail: 'It was registered before guard.plugin was loaded, so nothing recorded its rule.',
  advice: 'Load the plugin before any route, with `await`: await app.register(guard.plugin)',
})

/**
 * Routes of Fastify that `guard.plugin` did not record, as `METHOD /path`: they were registered before it. Fastify has no
 * list of its routes, only the tree that it prints.
 */
export function unheardRoutes(app: FastifyInstance, heard: readonly HeardRoute[]): string[] {
  const known = new Set(
    heard.flatMap(({ options: { method, url } }) =>
      [url, url.replace(/\/:\w+\?$/, '')].flatMap((path) =>
        [method].flat().map((each) => comparable(each, path)),
      ),
    ),
  )
  return (
    printedRoutes(app.printRoutes())
      .filter(([method, path]) => !known.has(comparable(method, path)))
      // Fastify adds a HEAD route to each GET route
      .filter(
        ([method, path], _, all) => method !== 'HEAD' || !all.some(([m, p]) => m === 'GET' && p === path),
      )
      .map(([method, path]) => `${method} ${path}`)
  )
}

const branch = /^(.*?)[├└]── (.*) \(([A-Z, -]+)\)/
/** What the tree says where paths have no beginning in common. */
const emptyRoot = '(empty root node)'
const bare = /^(.*?)[├└]── (.*)$/

/** Reads `│   └── /x (GET, HEAD)`: four characters for each level, a path that goes on from the one above. */
function printedRoutes(tree: string): [method: string, path: string][] {
  const above: string[] = []
  return tree.split('\n').flatMap((line) => {
    const [, indent, part, methods] = branch.exec(line) ?? bare.exec(line) ?? []
    if (indent === undefined || part === undefined) return []
    const depth = indent.length / 4
    const path = (above[depth - 1] ?? '') + (part === emptyRoot ? '' : part)
    above[depth] = path
    return (methods ?? '')
      .split(', ')
      .filter((method) => method !== '')
      .map((method): [string, string] => [method, path])
  })
}

/** Parameters without their names, which the tree merges (`:a|:b`), and without the slashes at both ends. */
const comparable = (method: string, path: string): string =>
  `${method} ${path.replace(/:[^/]*/g, ':').replace(/^\/|\/$/g, '')}`
