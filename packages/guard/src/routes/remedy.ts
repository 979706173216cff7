import { type InspectedRoute, isGuard, runsFor } from './chain.ts'
import { ignoringCase, parametersOf, printPattern } from './pattern.ts'
import { place, type Registration, type RouteTable } from './registration.ts'

/** The line that declares a route, in the idiom of the framework. */
export function declareLine(registration: Registration, table: RouteTable): string {
  if (registration.kind !== 'route' && isRoot(registration))
    return "If it only answers what no route knows, say so in the same call: app.use(guard.open('answers 404'), …)"
  const open = table.framework === 'nest' ? "@Guarded.open('why')" : "guard.open('why')"
  return `Say who may call it: ${guardLine(registration, table)}   or, for everybody: ${open}`
}

const isRoot = ({ pattern }: Registration): boolean => pattern.segments[0]?.kind === 'rest'

/** The route with a guard in it, as it is written in this framework. */
export function guardLine(registration: Registration, { framework }: RouteTable): string {
  const [first] = parametersOf(registration.pattern)
  const guard = first === undefined ? 'guard()' : `guard(own('${first}'))`
  const path = printPattern(registration.pattern)
  const method = registration.method.toLowerCase()
  if (framework === 'nest') return `@Guarded(${first === undefined ? '' : `own('${first}')`})`
  if (registration.kind !== 'route') {
    const tail = framework === 'express' ? path.replace(/\/\*$/, '') || '/' : path
    return `app.use('${tail}', ${guard}, …)`
  }
  if (framework === 'fastify') return `app.${method}('${path}', { onRequest: ${guard} }, …)`
  if (framework === 'koa') return `router.${method}('${path}', ${guard}, …)`
  return `app.${method}('${path}', ${guard}, …)`
}

/** What to write where a rule about the owner leaves parameters to nobody. */
export function mentionLine(
  owned: readonly string[],
  left: readonly string[],
  { framework }: RouteTable,
): string {
  const guard = framework === 'nest' ? '@Guarded' : 'guard'
  const parent = owned.map((name) => `own('${name}')`).join(', ')
  const children = left.map((name) => `own('${name}', loadOwner)`).join(', ')
  return `Mention it: ${guard}(all(${parent}, ${children})), or say why any will do, e.g. because the handler looks it up within its parent: ${guard}.shared('why', ${parent}).`
}

/** Why a route counts as undeclared although a guard is near: the order, another mount, a function around it. */
export function orderHint(
  { target, chain }: InspectedRoute,
  all: readonly InspectedRoute[],
  table: RouteTable,
): string {
  const { registration, at } = target
  const guarded = all.find(
    (other) =>
      other.effective !== undefined &&
      registration.identity !== undefined &&
      other.target.registration.identity === registration.identity &&
      // elsewhere: the same path by another method was not mounted twice
      printPattern(other.target.registration.pattern) !== printPattern(registration.pattern),
  )
  if (guarded !== undefined) {
    return `The same router is behind a guard at ${printPattern(guarded.target.registration.pattern)}, but it is mounted here a second time without one.`
  }
  const later = table.registrations
    .slice(at + 1)
    .find((other) => other.kind === 'layer' && other.steps.some(isGuard) && runsFor(other, registration))
  if (table.ordered && later !== undefined) {
    const source = later.steps.find(isGuard)?.source ?? later.source
    return `The guard on ${printPattern(later.pattern)}${place(source)} is registered after it, so it does not run for this route.`
  }
  const inFront = table.ordered ? table.registrations.slice(0, at) : []
  const uncalled = [registration, ...inFront.filter((other) => runsFor(other, registration))]
    .flatMap(({ steps }) => steps)
    .find((step) => step.kind === 'function' && step.uncalled !== undefined)
  if (uncalled?.kind === 'function')
    return `A guard is handed over without being called, so it guards nothing. Write ${uncalled.uncalled}, with parentheses.`
  const narrow = inFront.find((other) => other.steps.some(isGuard) && almost(other, registration))
  if (narrow !== undefined) {
    return `The guard on ${printPattern(narrow.pattern)} is case-sensitive and does not run for every spelling of this path, so the route can be called without it. Put the guard on the route itself, or let both treat case alike.`
  }
  const strangers = [...inFront.filter((other) => runsFor(other, registration)), registration]
    .flatMap(({ steps }) => steps)
    .flatMap((step) => (step.kind === 'function' && step.ends === 'maybe' ? [step.name] : []))
  const hidden =
    strangers.length === 0 || chain.length > 0
      ? ''
      : ` A guard that is called inside another function (${[...new Set(strangers)].slice(0, 3).join(', ')}) is not seen: hand the guard itself to the framework.`
  const open = table.framework === 'nest' ? 'Guarded.open(…)' : 'guard.open(…)'
  return `${registration.handler ?? 'It'} has neither a rule nor ${open}.${hidden}`
}

/** Whether a guard would be in front of a route if both treated upper and lower case alike. */
const almost = (guard: Registration, route: Registration): boolean =>
  runsFor({ ...guard, pattern: ignoringCase(guard.pattern) }, route)
