/** What Express keeps about a registration. None of it is documented, so all of it may be missing. */
export interface Layer {
  readonly handle: unknown
  readonly route?: { readonly path: unknown; readonly stack: readonly Layer[] } | undefined
  /** Lower case; undefined on the layers of `all`. */
  readonly method?: string | undefined
  /** Express 5.3 (router 2.3) and later. */
  readonly rawPath?: unknown
  /** Express 5: whether it is mounted at the root. */
  readonly slash?: boolean
  /** Express 4. */
  readonly regexp?: RegExp & { readonly fast_slash?: boolean }
}

export interface Router {
  readonly stack: Layer[]
  readonly caseSensitive?: boolean | undefined
  readonly mergeParams?: boolean | undefined
}

export interface Application {
  readonly mountpath: unknown
  readonly parent?: unknown
}

const isObject = (thing: unknown): thing is Record<string, unknown> =>
  (typeof thing === 'object' && thing !== null) || typeof thing === 'function'

export const isRouter = (thing: unknown): thing is Router => isObject(thing) && Array.isArray(thing['stack'])

export const isApplication = (thing: unknown): thing is Application & Record<string, unknown> =>
  isObject(thing) && typeof thing['handle'] === 'function' && typeof thing['set'] === 'function'

/** The router of an application; undefined for an Express 4 application that has registered nothing. */
export function routerOf(app: unknown): Router | undefined {
  if (isRouter(app)) return app
  if (!isObject(app)) return undefined
  // Asking an Express 4 application for `router` throws, so the name that Express 4 uses comes first.
  const router = '_router' in app || 'lazyrouter' in app ? app['_router'] : app['router']
  return isRouter(router) ? router : undefined
}

/** Finds the application behind a mount among those that were named to `guard.seal`. */
export function namedMount(layer: Layer, mounts: readonly object[], parent: object): object | undefined {
  return mounts.find((app) => isApplication(app) && app.parent === parent && isAt(layer, app.mountpath))
}

function isAt({ rawPath, regexp }: Layer, mountpath: unknown): boolean {
  const paths = [mountpath].flat()
  if (rawPath !== undefined) return [rawPath].flat().every((path) => paths.includes(path))
  return paths.every((path) => typeof path === 'string' && regexp?.exec(path)?.[0] === path)
}
