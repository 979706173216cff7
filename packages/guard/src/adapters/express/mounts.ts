import { isApplication, type Layer } from './layers.ts'

/** Finds the application behind a mount among those that were named to `guard.seal`. */
export function namedMount(layer: Layer, mounts: readonly object[], parent: object): object | undefined {
  return mounts.find((app) => isApplication(app) && app.parent === parent && isAt(layer, app.mountpath))
}

function isAt({ rawPath, regexp }: Layer, mountpath: unknown): boolean {
  const paths = [mountpath].flat()
  if (rawPath !== undefined) return [rawPath].flat().every((path) => paths.includes(path))
  return paths.every((path) => typeof path === 'string' && regexp?.exec(path)?.[0] === path)
}
