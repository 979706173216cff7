import { METHODS } from 'node:http'
import { type Late, lockList } from '../../routes/lock.ts'
import { everythingBelow, type Pattern } from '../../routes/pattern.ts'
import { nameOf } from '../../routes/registration.ts'
import type { Layer } from './layers.ts'
import { registering } from './record.ts'

/** A list in which Express keeps registrations: a router's, or the functions of one route. */
export interface Stack {
  readonly layers: readonly Layer[]
  /** The path of the route whose list it is; undefined for a router's. */
  readonly route: Pattern | undefined
  /** The whole path of what is added at `path`. */
  at(path: unknown, layer: Layer | undefined): Pattern
}

/** Refuses what is registered after sealing: Express appends every registration to one of these lists. */
export function lockRoutes(stacks: readonly Stack[]): void {
  for (const stack of stacks) lockList(stack.layers, (layer) => describe(layer, stack))
}

// `app.all` registers one method after the other, in Node's order; nobody registers the first one alone
const [firstMethod] = METHODS

function describe(layer: Layer | undefined, { route, at }: Stack): Late | undefined {
  const given = layer?.method?.toUpperCase()
  const method = given === undefined || given === firstMethod ? 'ALL' : given
  if (route !== undefined) return { subject: nameOf({ method, pattern: route }) }
  if (layer?.route !== undefined) {
    // It has no method yet: it is kept out of the list, and refused together with its first function.
    const pattern = at(layer.route.path, layer)
    lockRoutes([{ layers: layer.route.stack, route: pattern, at }])
    return undefined
  }
  const { path = '/', source } = registering() ?? {}
  return { subject: nameOf({ method, pattern: everythingBelow(at(path, layer)) }), source }
}
