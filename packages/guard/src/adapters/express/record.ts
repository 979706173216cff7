import { createRequire } from 'node:module'
import { join } from 'node:path'
import { callSite, type Source } from '../../routes/source.ts'
import { type Router as ExpressRouter, isApplication, isRouter, type Layer, routerOf } from './layers.ts'
import { runSkippedGuards } from './skipped-guards.ts'

/** What Express does not keep about a registration. */
export interface Recorded {
  readonly path: unknown
  readonly source: Source | undefined
  /** The same for all that came in one call: `app.use('/admin', guard(), router)`. */
  readonly call: object
}

const recorded = new WeakMap<object, Recorded>()
const mounted = new WeakMap<object, object>()

export const recordOf = (layer: Layer): Recorded | undefined => recorded.get(layer)

/** The application behind a layer; undefined where none is, or where it was mounted before this was loaded. */
export const applicationOf = (layer: Layer): object | undefined => mounted.get(layer)

const watched = new WeakSet<object>()
let current: (Omit<Recorded, 'path'> & Partial<Recorded>) | undefined

/** What the call of `use` that is under way registers, and where; Express itself is handed neither. */
export const registering = (): Partial<Recorded> | undefined => current

/**
 * Has every copy of Express that is loaded, or that the application would load, record the path, the line and the call
 * of what is registered from now on: Express keeps a mount's path in a closure or not at all.
 */
export function recordRegistrations(): void {
  for (const express of copiesOfExpress()) {
    const { Router, application } = express
    // Express 4 keeps the methods of a router on the function itself, Express 5 on its prototype.
    const methods: Methods = 'use' in Router ? Router : Router.prototype
    // a throwaway router shows what all layers of this copy are made of
    const [layer] = throwawayRouter(Router).stack
    if (layer !== undefined) runSkippedGuards(layer)
    watch(methods, 'use', recordUse)
    watch(methods, 'route', recordRoute)
    watch(application, 'use', recordMounts)
  }
}

type Method = (this: unknown, ...args: unknown[]) => unknown
type Methods = Record<string, Method>
interface Express {
  readonly Router: (() => ExpressRouter & { use(handler: () => void): void }) &
    Methods & { readonly prototype: Methods }
  readonly application: Methods
}

function copiesOfExpress(): Express[] {
  const require = createRequire(import.meta.url)
  for (const from of [require, createRequire(join(process.cwd(), 'package.json'))]) {
    try {
      from('express')
    } catch (error) {
      if (!isNotFound(error)) throw error
    }
  }
  return Object.values(require.cache)
    .map((module): unknown => module?.exports)
    .filter(isExpress)
}

function throwawayRouter(make: Express['Router']): ExpressRouter {
  const router = make()
  router.use(() => {})
  return router
}

const isNotFound = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND'

function isExpress(thing: unknown): thing is Express {
  if (typeof thing !== 'function' || !('application' in thing) || !('Router' in thing)) return false
  return typeof thing.Router === 'function' && isApplication(thing.application)
}

function watch(methods: Methods, name: string, record: (original: Method) => Method): void {
  const original = methods[name]
  if (original === undefined || watched.has(original)) return
  const watching = record(original)
  watched.add(watching)
  methods[name] = watching
}

const recordUse = (original: Method): Method =>
  function use(this: unknown, ...args: unknown[]): unknown {
    const before = isRouter(this) ? this.stack.length : 0
    const outer = current
    const path = startsWithHandler(args[0]) ? '/' : args[0]
    const record = { source: callSite(use), call: {}, ...outer, path }
    current = record
    try {
      return original.apply(this, args)
    } finally {
      current = outer
      if (isRouter(this)) for (const layer of this.stack.slice(before)) recorded.set(layer, record)
    }
  }

const recordRoute = (original: Method): Method =>
  function route(this: unknown, ...args: unknown[]): unknown {
    const result = original.apply(this, args)
    const layer = isRouter(this) ? this.stack.at(-1) : undefined
    // a sealed router keeps a new route out of its list
    if (layer !== undefined && layer.route === result)
      recorded.set(layer, { path: args[0], source: callSite(route), call: {} })
    return result
  }

const recordMounts = (original: Method): Method =>
  function use(this: unknown, ...args: unknown[]): unknown {
    const outer = current
    current = { source: callSite(use), call: {} }
    const before = routerOf(this)?.stack.length ?? 0
    try {
      return original.apply(this, args)
    } finally {
      current = outer
      const layers = (routerOf(this)?.stack ?? []).slice(before).filter(isMount)
      const apps = args.flat(Number.POSITIVE_INFINITY).filter(isApplication)
      // Express 4 may have begun its router in this very call, with layers of its own in front.
      for (const [at, app] of apps.entries()) {
        const layer = layers.at(at - apps.length)
        if (layer !== undefined) mounted.set(layer, app)
      }
    }
  }

/** Whether a layer is the closure around an application that was mounted with `app.use`. */
export const isMount = ({ handle }: Layer): boolean =>
  typeof handle === 'function' && handle.name === 'mounted_app'

/** `use(handler)`, `use([handler, …])`: without a path. */
function startsWithHandler(first: unknown): boolean {
  let argument = first
  while (Array.isArray(argument) && argument.length > 0) argument = argument[0]
  return typeof argument === 'function'
}
