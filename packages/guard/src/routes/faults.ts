import { admitsAnyone, ownedParameters, printManifestRule, readsRequest } from '../policy/rules/index.ts'
import { type InspectedRoute, isGuard, type Link, runsFor } from './chain.ts'
import type { Fault } from './fault.ts'
import { parametersOf, printPattern } from './pattern.ts'
import { nameOf, place, type Registration, type RouteTable } from './registration.ts'
import { declareLine, guardLine, mentionLine, orderHint } from './remedy.ts'

/** Everything wrong with one route. */
export function faultsOf(route: InspectedRoute, all: readonly InspectedRoute[], table: RouteTable): Fault[] {
  const shadow = shadowOf(route, all, table)
  if (shadow !== undefined) return [shadow]
  if (route.target.late.length > 0) return [lateGuard(route, table), ...unknownParameters(route)]
  if (route.effective === undefined) return [undeclared(route, all, table)]
  const unknown = unknownParameters(route)
  // a misspelt parameter is one thing to correct, not two
  const left = unknown.length > 0 ? [] : leftToNobody(route, table)
  return [...unknown, ...opaque(route), ...ownership(route), ...left]
}

function undeclared(route: InspectedRoute, all: readonly InspectedRoute[], table: RouteTable): Fault {
  const { registration } = route.target
  const fault = { subject: nameOf(registration), source: registration.source }
  const blanket = route.chain.find(({ ignored }) => ignored)
  if (blanket !== undefined) {
    const { declaration } = blanket.guard
    return {
      ...fault,
      kind: 'open-by-wildcard',
      detail: `Only guard.${declaration.kind}(…) on ${blanket.own ? 'the whole application' : printPattern(blanket.registration.pattern)}${place(blanket.guard.source)} lies in front of it; that opens routes which read below a path of its own, and nothing else.`,
      remedy: declareLine(registration, table),
    }
  }
  if (registration.kind === 'mount') {
    return {
      ...fault,
      kind: 'unreadable',
      detail: 'Another application is mounted here. Seal cannot see which routes it has.',
      remedy: `Name it, guard.seal(app, { mounts: … }), or put a rule in front of all of it: ${guardLine(registration, table)}`,
    }
  }
  return {
    ...fault,
    kind: 'undeclared',
    detail: orderHint(route, all, table),
    remedy: declareLine(registration, table),
  }
}

function lateGuard({ target }: InspectedRoute, table: RouteTable): Fault {
  return {
    kind: 'guard-after-handler',
    subject: nameOf(target.registration),
    source: target.registration.source ?? target.late[0]?.source,
    detail: 'The handler comes before the guard, so it answers everybody and the guard never runs.',
    remedy: `Put the guard first: ${guardLine(target.registration, table)}`,
  }
}

function shadowOf(
  { target, chain }: InspectedRoute,
  all: readonly InspectedRoute[],
  table: RouteTable,
): Fault | undefined {
  if (!table.ordered) return undefined
  const { registration, at } = target
  const earlier = all.find(
    (other) => other.target.final && other.target.at < at && runsFor(other.target.registration, registration),
  )
  if (earlier === undefined) return undefined
  const first = earlier.target.registration
  if (isSame(first, registration)) return mountedTwice(registration)
  return {
    kind: 'shadowed',
    subject: nameOf(registration),
    source: registration.source ?? chain.find(({ own }) => own)?.guard.source,
    detail: `${nameOf(first)}${place(first.source)} matches the same requests and answers them, so this route and its guard never run.`,
    remedy: `Register ${nameOf(registration)} before ${nameOf(first)}, or remove one of the two.`,
  }
}

/** Whether two registrations are one, made twice: the same function by the same name. */
const isSame = (one: Registration, other: Registration): boolean =>
  one.identity !== undefined && one.identity === other.identity && nameOf(one) === nameOf(other)

function mountedTwice(registration: Registration): Fault {
  return {
    kind: 'shadowed',
    subject: nameOf(registration),
    source: registration.source,
    detail: 'It is registered twice, with the same path and handler, so the second one never runs.',
    remedy: 'Mount its router, or register the route, only once.',
  }
}

/** `own()` about a parameter that its guard cannot read would refuse every owner. */
function unknownParameters({ chain }: InspectedRoute): Fault[] {
  return chain.flatMap((link) => {
    const known = link.registration.parameters ?? parametersOf(link.registration.pattern)
    return ownedBy(link)
      .filter((param) => !known.includes(param))
      .map((param) => unknownParameter(param, link.registration, link, known))
  })
}

function ownedBy({ guard: { declaration } }: Link): readonly string[] {
  if (declaration.kind !== 'guarded' && declaration.kind !== 'shared') return []
  return declaration.rules.flatMap(ownedParameters)
}

function unknownParameter(
  param: string,
  registration: Registration,
  link: Link,
  known: readonly string[],
): Fault {
  const where = link.own ? 'This route' : 'The path that the guard is on'
  const has = known.length === 0 ? 'has no parameters' : `has ${known.map((name) => `:${name}`).join(', ')}`
  const nearest = known.length === 1 ? `own('${known[0]}')` : 'a parameter that is there'
  return {
    kind: 'unknown-parameter',
    subject: nameOf(registration),
    source: link.guard.source ?? registration.source,
    detail: `own('${param}') is about :${param}. ${where} ${has}, so nobody would ever count as the owner.`,
    remedy: link.own
      ? `Write ${nearest} instead of own('${param}'), or name the parameter :${param} in the path.`
      : `Write own('${param}') on each route that has :${param}.`,
  }
}

/** Behind "any signed-in user" a part that cannot be read may hold routes about anyone's things. */
function opaque({ target: { registration }, effective }: InspectedRoute): Fault[] {
  if (registration.kind !== 'mount' || effective?.kind !== 'guarded' || !effective.rules.some(admitsAnyone))
    return []
  return [
    {
      kind: 'unreadable',
      subject: nameOf(registration),
      source: registration.source,
      detail:
        'Any signed-in user may call the application mounted here, and seal cannot see whose things its routes are about.',
      remedy: "Name it, guard.seal(app, { mounts: … }), or say why that is right: guard.shared('why').",
    },
  ]
}

function ownership({ target: { registration }, effective, parameters }: InspectedRoute): Fault[] {
  const [first] = parameters
  if (first === undefined || registration.kind !== 'route') return []
  if (effective?.kind !== 'guarded' || !effective.rules.some(admitsAnyone)) return []
  const mentioned = effective.rules.flatMap(ownedParameters).length > 0
  return [
    {
      kind: 'ownership-undeclared',
      subject: nameOf(registration),
      source: registration.source,
      detail: mentioned
        ? 'One of its rules lets any signed-in user in, so the rule about the owner has no effect.'
        : `It takes ${parameters.map((name) => `:${name}`).join(' and ')}, and any signed-in user may call it with anyone's.`,
      remedy: `Say whose it is, guard(own('${first}')) or guard(own('${first}', loadOwner)), or why everybody may: guard.shared('why').`,
    },
  ]
}

/**
 * A way in by owning one parameter says nothing about the others: whoever owns the post may name any comment. A `check`
 * beside it may look at them all.
 */
function leftToNobody(
  { target: { registration }, effective, parameters }: InspectedRoute,
  table: RouteTable,
): Fault[] {
  if (registration.kind !== 'route' || effective?.kind !== 'guarded') return []
  for (const way of effective.rules) {
    const owned = ownedParameters(way)
    const left = parameters.filter((name) => !owned.includes(name))
    if (owned.length === 0 || left.length === 0 || readsRequest(way)) continue
    const names = left.map((name) => `:${name}`).join(' and ')
    return [
      {
        kind: 'parameter-unmentioned',
        subject: nameOf(registration),
        source: registration.source,
        detail: `${printManifestRule(way)} says nothing about ${names}: whoever passes may name anybody's.`,
        remedy: mentionLine(owned, left, table),
      },
    ]
  }
  return []
}

/** Guards with no route behind them: a path with a typo, or a guard registered after everything it was meant for. */
export function unusedGuards(routes: readonly InspectedRoute[], table: RouteTable): Fault[] {
  const used = new Set(
    routes.flatMap(({ target, chain }) => [...chain.map(({ guard }) => guard), ...target.late]),
  )
  return table.registrations.flatMap((registration) =>
    registration.pattern.segments[0]?.kind === 'rest'
      ? []
      : registration.steps
          .filter(isGuard)
          .filter((guard) => !used.has(guard))
          .map(
            (guard): Fault => ({
              kind: 'guard-never-runs',
              subject: nameOf(registration),
              source: guard.source ?? registration.source,
              detail: `No route that is registered after it lies below ${printPattern(registration.pattern)}.`,
              remedy: 'Correct its path, move it in front of the routes that it is for, or remove it.',
            }),
          ),
  )
}
