import type { CallerKind } from '../callers.ts'
import type { Expectation } from '../verdict.ts'
import type { ManifestRoute } from './manifest.ts'
import type { Persona } from './persona.ts'

/** A change to the plain request that must make no difference to who gets in. */
export type Variant = 'trailing slash' | 'upper case' | 'doubled slash' | 'encoded letter' | 'method override'

/** One call that is to be made. */
export interface Attempt {
  readonly route: ManifestRoute
  readonly caller: CallerKind
  /** Whose claims the token carries; undefined where there is no token. */
  readonly persona: Persona | undefined
  readonly variant: Variant | undefined
  readonly expected: Expectation
  /** The parameter whose value is taken from the second owner's resource instead of the first's. */
  readonly crossed?: string
}

/** Headers by which a request passes for a browser's CORS preflight: all of them, or the one that carelessness looks at. */
export type PreflightHeaders = 'none' | 'complete' | 'method alone'

/** A request without a token that no handler of a guarded path may answer, whatever its method, headers and body. */
export interface Probe {
  /** The route that an answer would be held against. */
  readonly route: ManifestRoute
  readonly method: string
  /** Whether the route declares this method; else nothing at this path does. */
  readonly declared: boolean
  readonly preflight: PreflightHeaders
  readonly withBody: boolean
}

/** What takes several calls to see: whether a request that names another's things reaches them, or gives things away. */
export interface Trial {
  readonly route: ManifestRoute
  readonly caller: Extract<CallerKind, 'referring-owner' | 'owner-in-body' | 'owner-in-query'>
}

/** A call that cannot be made, and what is missing. */
export interface Untried {
  readonly route: ManifestRoute
  readonly caller: CallerKind
  readonly as: string
  readonly expected: Expectation
  readonly why: string
  /** `unproven` for a rule that no caller can meet, `skipped` where the configuration asks for it; else `not-tried`. */
  readonly verdict?: 'not-tried' | 'unproven' | 'skipped'
}

export interface Plan {
  readonly attempts: readonly Attempt[]
  readonly probes: readonly Probe[]
  readonly trials: readonly Trial[]
  readonly untried: readonly Untried[]
}
