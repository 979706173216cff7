import type { CallerKind } from '../callers.ts'
import type { Expectation } from '../verdict.ts'
import type { ManifestRoute } from './manifest.ts'
import type { Persona } from './persona.ts'

/** A change to the plain request that must make no difference to who gets in. */
export type Variant =
  | 'HEAD'
  | 'as POST'
  | 'trailing slash'
  | 'upper case'
  | 'doubled slash'
  | 'encoded letter'
  | 'method override'

/** One call that is to be made. */
export interface Attempt {
  readonly route: ManifestRoute
  readonly caller: CallerKind
  /** Whose claims the token carries; nobody's where there is no token. */
  readonly persona: Persona | undefined
  readonly variant: Variant | undefined
  readonly expected: Expectation
  /** The parameter whose value is taken from the second owner's resource instead of the first's. */
  readonly crossed?: string
  /** Fields of the body that another owner's id is put into. */
  readonly ownerFields?: readonly string[]
}

/** A call that cannot be made, and for want of what. */
export interface Untried {
  readonly route: ManifestRoute
  readonly caller: CallerKind
  readonly as: string
  readonly expected: Expectation
  readonly why: string
}

export interface Plan {
  readonly attempts: readonly Attempt[]
  readonly untried: readonly Untried[]
}
