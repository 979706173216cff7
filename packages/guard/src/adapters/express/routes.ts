import type { Names } from '../../option-names.ts'
import { readOptions } from '../../read-options.ts'
import type { Manifest } from '../../routes/manifest.ts'
import {
  braces,
  classic,
  everythingBelow,
  joinPatterns,
  type Pattern,
  parametersOf,
  parsePath,
} from '../../routes/pattern.ts'
import {
  type Registration,
  type RouteTable,
  type Step,
  stepOf,
  type Unreadable,
} from '../../routes/registration.ts'
import { type ManifestOptions, manifestOptionNames, sealTable } from '../../routes/seal.ts'
import { isApplication, isRouter, type Layer, namedMount, type Router, routerOf } from './layers.ts'
import { lockRoutes, type Stack } from './lock.ts'
import { applicationOf, isMount, recordOf } from './record.ts'
import { runSkippedGuards } from './skipped-guards.ts'

/**
 * Throws unless every route of an Express application declares a rule. Routes cannot be added afterwards.
 *
 * @throws UndeclaredRoutesError (`undeclared_routes`) that lists every fault and its fix
 * @example
 * await guard.seal(app)
 * app.listen(4000)
 */
export async function sealExpress(app: object, options: SealOptions = {}): Promise<Manifest> {
  const read = readOptions('seal', options, sealOptionNames)
  const table = readRoutes(app, read)
  return sealTable(table, read, () => {
    for (const { layers } of table.stacks) for (const layer of layers) runSkippedGuards(layer)
    lockRoutes(table.stacks)
  })
}

/** Options of `guard.seal` under Express. */
export interface SealOptions extends ManifestOptions {
  /** Applications that were mounted before the guard was loaded: Express itself keeps no way to them. */
  readonly mounts?: readonly object[]
}

export const sealOptionNames: Names<SealOptions> = { ...manifestOptionNames, mounts: true }

/** What a function stands for: itself, or, under a framework on top of Express, guards and a handler. */
export type Steps = (handle: unknown) => readonly Step[]

/** Where a router is mounted. */
interface Place {
  readonly pattern: Pattern
  /** Parameters of the mounts above that its handlers can read. */
  readonly parameters: readonly string[]
  readonly scope: readonly unknown[]
}

/** A route table, and every list in which Express keeps its registrations. */
export interface ExpressTable extends RouteTable {
  readonly stacks: readonly Stack[]
}

const root: Place = { pattern: { segments: [] }, parameters: [], scope: [] }

/** Reads every route of an Express 4 or 5 application, through nested routers and mounted applications. */
export function readRoutes(
  app: object,
  { mounts = [] }: SealOptions = {},
  stepsOf: Steps = (handle) => [stepOf(handle, 2)],
): ExpressTable {
  const reader = new Reader(mounts, stepsOf)
  const router = routerOf(app)
  if (router !== undefined) reader.read(router, root, app)
  const { registrations, unreadable, stacks } = reader
  return { framework: 'express', ordered: true, registrations, unreadable, stacks }
}

class Reader {
  readonly registrations: Registration[] = []
  readonly unreadable: Unreadable[] = []
  readonly stacks: Stack[] = []
  readonly #mounts: readonly object[]
  readonly #stepsOf: Steps

  constructor(mounts: readonly object[], stepsOf: Steps) {
    this.#mounts = mounts
    this.#stepsOf = stepsOf
  }

  read(router: Router, place: Place, app: object): void {
    const at = (path: unknown, layer: Layer | undefined): Pattern =>
      joinPatterns(place.pattern, patternsOf(path, layer, router)[0] ?? { segments: [] })
    this.stacks.push({ layers: router.stack, route: undefined, at })
    for (const layer of router.stack) {
      const { route } = layer
      if (route === undefined) this.#readUse(layer, router, place, app)
      else {
        this.stacks.push({ layers: route.stack, route: at(route.path, layer), at })
        for (const below of patternsOf(route.path, layer, router))
          this.#readRoute(layer, below, router, place)
      }
    }
  }

  #readRoute(layer: Layer, below: Pattern, router: Router, place: Place): void {
    const steps = (layer.route?.stack ?? []).flatMap(({ method, handle }) =>
      this.#stepsOf(handle).map((step) => ({ method, step })),
    )
    const methods = new Set(steps.flatMap(({ method }) => (method === undefined ? [] : [method])))
    const common = {
      pattern: joinPatterns(place.pattern, below),
      scope: place.scope,
      parameters: visible(below, router, place),
      source: recordOf(layer)?.source,
      identity: layer,
    }
    const whole = ofEveryMethod(layer.route?.stack ?? [])
    if (whole !== undefined) {
      const list = whole.flatMap(this.#stepsOf)
      const kind = isCatchAll(below, list) ? 'layer' : 'route'
      this.registrations.push({ ...common, kind, method: 'ALL', steps: list })
      return
    }
    for (const method of methods) {
      const those = steps.filter((each) => each.method === undefined || each.method === method)
      const list = those.map(({ step }) => step)
      this.registrations.push({ ...common, kind: 'route', method: method.toUpperCase(), steps: list })
    }
    const forAll = steps.filter(({ method }) => method === undefined).map(({ step }) => step)
    if (forAll.length === 0) return
    const kind = methods.size > 0 || isCatchAll(below, forAll) ? 'layer' : 'route'
    this.registrations.push({ ...common, kind, method: 'ALL', steps: forAll })
  }

  #readUse(layer: Layer, router: Router, place: Place, app: object): void {
    const record = recordOf(layer)
    const named = isMount(layer) ? namedMount(layer, this.#mounts, app) : undefined
    const path =
      record?.path ??
      layer.rawPath ??
      (isAtRoot(layer) ? '/' : isApplication(named) ? named.mountpath : undefined)
    const step = stepOf(layer.handle, 2)
    if (path === undefined) {
      if (step.kind === 'guard' || step.ends !== 'never') this.unreadable.push(hiddenPath(layer))
      return
    }
    const inner = applicationOf(layer) ?? named ?? layer.handle
    for (const below of patternsOf(path, layer, router)) {
      const within: Place = {
        pattern: joinPatterns(place.pattern, below),
        parameters: visible(below, router, place),
        scope: [...place.scope, record?.call ?? layer],
      }
      const nested = routerOf(inner)
      if (nested !== undefined) {
        const owner = isRouter(inner) ? app : Object(inner)
        this.read(nested, { ...within, scope: [...within.scope, nested] }, owner)
      } else if (!isApplication(inner)) this.#readFunction(layer, step, within, place)
    }
  }

  #readFunction(layer: Layer, step: Step, { pattern, parameters, scope }: Place, above: Place): void {
    const grouped = step.kind === 'guard' && above.scope.length > 0
    const files = step.kind === 'function' && step.name === 'serveStatic'
    this.registrations.push({
      kind: isMount(layer) ? 'mount' : files ? 'files' : 'layer',
      method: files ? 'GET' : 'ALL',
      pattern: everythingBelow(pattern),
      steps: isErrorHandler(layer) ? [] : [step],
      scope: grouped ? above.scope : scope,
      parameters,
      source: recordOf(layer)?.source,
      identity: layer,
    })
  }
}

/** The functions of `app.all`, which Express registers once for each method that Node knows; undefined for other routes. */
function ofEveryMethod(stack: readonly Layer[]): readonly unknown[] | undefined {
  const methods = new Set(stack.map(({ method }) => method))
  if (methods.size <= 20) return undefined
  const of = (method: string | undefined): unknown[] =>
    stack.flatMap((layer) => (layer.method === method ? [layer.handle] : []))
  const functions = of(stack[0]?.method)
  const alike = [...methods].every((method) => {
    const those = of(method)
    return those.length === functions.length && those.every((each, at) => each === functions[at])
  })
  return alike ? functions : undefined
}

function patternsOf(path: unknown, layer: Layer | undefined, { caseSensitive }: Router): Pattern[] {
  const syntax = (layer?.regexp === undefined ? braces : classic)(caseSensitive === true)
  return [path]
    .flat(Number.POSITIVE_INFINITY)
    .flatMap((each) => parsePath(each instanceof RegExp ? each : String(each), syntax))
}

const visible = (below: Pattern, { mergeParams }: Router, place: Place): string[] => [
  ...(mergeParams === true ? place.parameters : []),
  ...parametersOf(below),
]

const isAtRoot = ({ slash, regexp }: Layer): boolean => slash === true || regexp?.fast_slash === true

const isErrorHandler = ({ handle }: Layer): boolean => typeof handle === 'function' && handle.length > 3

/** `app.all('*', f)` with a function that can call `next` is middleware in another form. */
const isCatchAll = ({ segments }: Pattern, steps: readonly Step[]): boolean =>
  segments[0]?.kind === 'rest' && !steps.some((step) => step.kind === 'function' && step.ends === 'always')

const hiddenPath = (layer: Layer): Unreadable => ({
  what: isMount(layer) ? 'An application' : `The function ${stepName(layer)}`,
  path: undefined,
  source: undefined,
  advice: isMount(layer)
    ? 'It was mounted before the guard was loaded, and Express does not say where: import the guard before Express registers anything, or name it, guard.seal(app, { mounts: [thatApplication] }).'
    : 'It was mounted before the guard was loaded, and Express does not say where: import the guard before Express registers anything.',
})

const stepName = ({ handle }: Layer): string =>
  typeof handle === 'function' && handle.name !== '' ? handle.name : 'without a name'
