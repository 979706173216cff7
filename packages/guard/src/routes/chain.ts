import type { Effective } from './effective.ts'
import type { Registration, RouteTable } from './registration.ts'
import { type GuardStep, isGuard, runsFor, startsWith, type Target } from './target.ts'

/** A guard in front of a target, and the registration it came with. */
export interface Link {
  readonly guard: GuardStep
  readonly registration: Registration
  /** Whether it came with the target itself rather than with a router or a path above it. */
  readonly own: boolean
  /** A blanket `open` or `optional` that does not count as this target's declaration. */
  readonly ignored: boolean
}

/** A route with the guards in front of it and what they demand together. */
export interface InspectedRoute {
  readonly target: Target
  readonly chain: readonly Link[]
  /** Undefined where nothing is declared. */
  readonly effective: Effective | undefined
  readonly parameters: readonly string[]
}

/** The guards that a request goes through on its way to a target, in order. */
export function chainOf(target: Target, { ordered, registrations }: RouteTable): Link[] {
  const inFront = ordered ? registrations.slice(0, target.at) : []
  const above = inFront
    .filter((registration) => runsFor(registration, target.registration))
    .flatMap((registration) =>
      registration.steps.filter(isGuard).map((guard) => ({
        guard,
        registration,
        own: false,
        ignored: isBlanket(guard, registration, target.registration),
      })),
    )
  const own = target.own.map((guard) => ({
    guard,
    registration: target.registration,
    own: true,
    ignored: guard.blanket === true && opens(guard),
  }))
  return [...above, ...own]
}

const reading = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Opening a path for everybody is a decision about routes that its author knew. So it counts for routes in the same
 * router or the same call; for others below a path of its own only where they read; and never from the root.
 */
function isBlanket(guard: GuardStep, from: Registration, target: Registration): boolean {
  if (!opens(guard)) return false
  if (guard.blanket === true) return true
  if (from.scope.length > 0 && startsWith(target.scope, from.scope)) return false
  const first = from.pattern.segments[0]
  if (first === undefined || first.kind === 'rest') return from.kind === 'layer'
  return from.kind === 'layer' && !reading.has(target.method)
}

const opens = ({ declaration: { kind } }: GuardStep): boolean => kind === 'open' || kind === 'optional'
