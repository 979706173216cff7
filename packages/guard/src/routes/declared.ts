import type { Rule } from '../policy/rules/index.ts'
import type { Source } from './source.ts'

interface Ruled {
  readonly rules: readonly Rule[]
  readonly onStale?: 'allow' | 'deny'
  /** The guard's order of `acr` values, where it is not the default. */
  readonly acrOrder?: readonly string[]
}

/** What a route declared. A route without a declaration keeps the application from starting (`guard.seal`). */
export type Declaration =
  | ({ readonly kind: 'guarded' } & Ruled)
  | ({ readonly kind: 'shared'; readonly reason: string } & Ruled)
  | { readonly kind: 'optional'; readonly reason: string; readonly onStale?: 'allow' | 'deny' }
  | { readonly kind: 'open'; readonly reason: string }

// A registered symbol: two copies of this package in one application still read each other's declarations.
const declared = Symbol.for('gatehouse.declaration')

interface Declared {
  readonly declaration: Declaration
  readonly source: Source | undefined
}

/**
 * Writes what a guard declares on the function that enforces it, so that `guard.seal` can read it later.
 *
 * @param source where the guard was made (`callSite(guard)`), for the manifest and for error texts
 * @returns the same function
 */
export function declare<Handler extends object>(
  handler: Handler,
  declaration: Declaration,
  source?: Source,
): Handler {
  const value: Declared = { declaration, source }
  return Object.defineProperty(handler, declared, { value })
}

// a function that makes guards, and how it is called: handed to a framework itself, it guards nothing
const maker = Symbol.for('gatehouse.maker')

/** Remembers how a function that makes guards is called: `guard()`. */
export function markMaker(make: object, call: string): void {
  Object.defineProperty(make, maker, { value: call })
}

/** How to call a function that makes guards; undefined for every other. */
export const callOf = (handler: unknown): string | undefined =>
  typeof handler === 'function' ? (handler as { [maker]?: string })[maker] : undefined

/** What a guard declares; undefined for everything that is not a guard. */
export const declarationOf = (handler: unknown): Declaration | undefined => read(handler)?.declaration

/** Where a guard was made, where that is known. */
export const declarationSource = (handler: unknown): Source | undefined => read(handler)?.source

function read(handler: unknown): Declared | undefined {
  if ((typeof handler !== 'function' && typeof handler !== 'object') || handler === null) return undefined
  return (handler as { [declared]?: Declared })[declared]
}
