import type { Effective } from './effective.ts'
import { covers } from './pattern.ts'
import type { Registration, RouteTable, Step } from './registration.ts'

export type GuardStep = Extract<Step, { kind: 'guard' }>

/** Something that answers, with the registrations that may run before it. */
export interface Target {
  readonly registration: Registration
  readonly at: number
  /** Its own guards that run before its handler. */
  readonly own: readonly GuardStep[]
  /** Its own guards that would run after its handler has answered. */
  readonly late: readonly GuardStep[]
  /** Whether nothing registered later for the same paths can be reached. */
  readonly final: boolean
}

/** Finds what answers: routes, files, opaque mounts, and layers that keep the request for themselves. */
export function targetsOf({ registrations }: RouteTable): Target[] {
  return registrations.flatMap((registration, at) => {
    const handler = handlerOf(registration, at, registrations)
    if (handler === undefined) return []
    const { steps } = registration
    return [
      {
        registration,
        at,
        own: steps.slice(0, handler).filter(isGuard),
        late: steps.slice(handler + 1).filter(isGuard),
        final: steps.some((step) => step.kind === 'function' && step.ends === 'always'),
      },
    ]
  })
}

export const isGuard = (step: Step): step is GuardStep => step.kind === 'guard'

/** The place of the function that answers, among a registration's steps. */
function handlerOf(registration: Registration, at: number, all: readonly Registration[]): number | undefined {
  const { kind, steps } = registration
  const ending = steps.findIndex((step) => step.kind === 'function' && step.ends === 'always')
  if (ending !== -1) return ending
  const last = steps.findLastIndex((step) => step.kind === 'function' && step.ends !== 'never')
  if (kind === 'files' || kind === 'mount') return steps.length
  if (last === -1) return undefined
  if (kind === 'route') return last
  return answersItself(registration, at, all) ? last : undefined
}

/**
 * A function that could call `next`, in front of nothing: at a path of its own below which nothing is registered. It is
 * there to answer, like a page of documentation that is mounted with `use`.
 */
function answersItself({ pattern }: Registration, at: number, all: readonly Registration[]): boolean {
  const first = pattern.segments[0]
  if (first === undefined || first.kind === 'rest') return false
  return !all.some((other, place) => place !== at && other.kind !== 'layer' && covers(pattern, other.pattern))
}

/** Whether a request for `target` goes through `registration`, had it been registered before. */
export function runsFor(registration: Registration, target: Registration): boolean {
  if (registration.method !== 'ALL' && registration.method !== target.method) return false
  if (registration.confined === true && !startsWith(target.scope, registration.scope)) return false
  return covers(registration.pattern, target.pattern)
}

export const startsWith = (scope: readonly unknown[], start: readonly unknown[]): boolean =>
  start.every((each, at) => scope[at] === each)

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
