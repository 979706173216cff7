import { type CallerKind, invalidCallers } from '../callers.ts'
import { defaultOwners, type Person, type ProveConfig } from '../config.ts'
import type { Attempt, Plan, Untried, Variant } from './attempt.ts'
import { namesAsked } from './bodies.ts'
import { type ManifestRoute, nameOf, writes } from './manifest.ts'
import { hasLetters } from './path.ts'
import { type Persona, stranger } from './persona.ts'
import {
  ownerPersona,
  rolePersona,
  type Vocabulary,
  vocabulary,
  whoMay,
  withoutPermission,
} from './personas.ts'
import { probesOf } from './probes.ts'
import { checksIn, denyWhenStale, evaluateAny, ownedIn, type Subject, weakened } from './rules/index.ts'
import { trialsOf } from './trials.ts'
import { unknownNames } from './unknown-names.ts'

/**
 * Works out every call of a run: each route as each kind of caller, with what the declaration says should happen.
 * A `check` that the configuration does not explain is listed as not tried.
 */
export function plan(routes: readonly ManifestRoute[], config: ProveConfig): Plan {
  const words = vocabulary(routes, config)
  const attempts: Attempt[] = []
  const untried: Untried[] = []
  for (const route of routes) {
    untried.push(...unknownNames(route, config))
    const skipped = config.skip?.[nameOf(route)]
    if (skipped !== undefined) untried.push({ ...anyone(route), why: skipped, verdict: 'skipped' })
    else if (writes(route.method) && config.disposable !== true) untried.push(writeNotEnabled(route))
    else forRoute(route, config, words, attempts, untried)
  }
  return { attempts, probes: probesOf(routes, config), trials: trialsOf(routes, config), untried }
}

function writeNotEnabled(route: ManifestRoute): Untried {
  return {
    ...anyone(route),
    why: 'it writes, and the configuration does not set `disposable: true`',
  }
}

const anyone = (route: ManifestRoute): Omit<Untried, 'why'> => ({
  route,
  caller: 'nobody',
  as: 'anyone',
  expected: 'refused',
})

function forRoute(
  route: ManifestRoute,
  config: ProveConfig,
  words: Vocabulary,
  attempts: Attempt[],
  untried: Untried[],
): void {
  const [owner, other] = config.owners ?? defaultOwners
  const subject = subjectOf(route, owner, config)
  const add = (
    caller: CallerKind,
    persona: Persona | undefined,
    expected: Attempt['expected'],
    variant?: Variant,
  ): void => {
    attempts.push({ route, caller, persona, variant, expected })
  }
  /** Adds a call with a valid token, with what the rules say of its persona. */
  const ask = (caller: CallerKind, persona: Persona): void => {
    const outcome = open(route) ? 'passes' : evaluateAny(route.rules, persona, subject)
    const expected = outcome === 'passes' ? 'let in' : 'refused'
    if (outcome === 'unknown')
      untried.push({ route, caller, as: persona.name, expected, why: unknownCheck(route) })
    else add(caller, persona, expected)
  }

  if (route.kind === 'open') {
    add('nobody', undefined, 'let in')
    return
  }

  const admitted = route.kind === 'optional' ? [stranger] : whoMay(route.rules, owner, config)
  const best = strongest(admitted, words, owner)
  add('nobody', undefined, route.kind === 'optional' ? 'let in' : 'refused')
  // The strongest claims there are: only what is wrong with the token may keep its bearer out.
  for (const kind of invalidCallers) add(kind, best, 'refused')
  if (route.kind !== 'optional') {
    for (const variant of variantsOf(route)) add('nobody', undefined, 'refused', variant)
    ask('signed-in', stranger)
    for (const role of words.roles) ask('role', rolePersona(role, config))
    for (const permission of words.permissions)
      ask('without-permission', withoutPermission(permission, words))
    if (ownsAny(route)) ask('another-owner', ownerPersona(other, 'another owner'))
    for (const persona of admitted) {
      for (const rule of route.rules) for (const weak of weakened(rule, persona)) ask('weak-acr', weak)
    }
    cross(route, owner, attempts)
  }
  for (const persona of admitted) ask('who-may', persona)
  // what the path, the body or the query names is the first owner's: the handler may ask for that
  if (
    (route.parameters.length > 0 || namesAsked(route, config).length > 0) &&
    admitted.every(({ id }) => id !== owner.id)
  )
    ask('who-may', ownerPersona(owner, 'the owner'))
  ownWays(route, config, subject, attempts)
  if (asksWhenStale(route, config)) add('stale-feed', best, 'refused')
}

const open = ({ kind }: ManifestRoute): boolean => kind === 'optional' || kind === 'open'

const ownsAny = (route: ManifestRoute): boolean => ownedIn(route.rules).length > 0

function subjectOf(route: ManifestRoute, owner: Person, config: ProveConfig): Subject {
  return {
    owners: Object.fromEntries(route.parameters.map((name) => [name, owner.id])),
    check: (name, persona) => {
      const known = config.checks?.[name]
      return typeof known === 'function' ? known(persona) : known
    },
  }
}

function unknownCheck({ rules }: ManifestRoute): string {
  const names = checksIn(rules).map((name) => `'${name}'`)
  return `the result of check(${names.join(', ')}) is not known: add it under \`checks\` in prove.config.ts`
}

/** One caller with all that any of the admitted ones has. */
function strongest(admitted: readonly Persona[], words: Vocabulary, owner: Person): Persona {
  const acr = admitted.find((persona) => persona.acr !== undefined)?.acr
  const all = {
    ...ownerPersona(owner, 'with every right'),
    roles: words.roles,
    permissions: words.permissions,
  }
  return { ...all, acr }
}

/** Spellings and headers by which a careless router or middleware lets a request bypass a guard. */
function variantsOf(route: ManifestRoute): readonly Variant[] {
  const paths: Variant[] = ['trailing slash', 'upper case', 'doubled slash', 'encoded letter']
  const variants = hasLetters(route.path) ? paths : (['trailing slash', 'doubled slash'] satisfies Variant[])
  return writes(route.method) && route.method !== 'POST' ? [...variants, 'method override'] : variants
}

/** Crosses each parameter that no rule mentions: the first owner, at the first's parent, names the second's child. */
function cross(route: ManifestRoute, owner: Person, attempts: Attempt[]): void {
  for (const name of route.unmentioned) {
    attempts.push({
      route,
      caller: 'crossed-parameter',
      persona: ownerPersona(owner, `the owner, with another's ${name}`),
      variant: undefined,
      expected: 'refused',
      crossed: name,
    })
  }
}

/** Both owners reading a list. */
function ownWays(route: ManifestRoute, config: ProveConfig, subject: Subject, attempts: Attempt[]): void {
  const [owner, other] = config.owners ?? defaultOwners
  const personas = [ownerPersona(owner, 'one owner'), ownerPersona(other, 'the other owner')]
  const [one] = personas
  if (one === undefined || open(route) || evaluateAny(route.rules, one, subject) !== 'passes') return
  const shared = route.kind === 'shared' || config.sharedLists?.[nameOf(route)] !== undefined
  // a list about one resource is tried with another owner's
  const ofOne = route.parameters.length > 0 || namesAsked(route, config).length > 0
  if (route.method === 'GET' && !ofOne && !shared) {
    for (const persona of personas)
      attempts.push({ route, caller: 'listing-owner', persona, variant: undefined, expected: 'let in' })
  }
}

/** Whether a route should reject callers whose session may have ended without the guard knowing. */
function asksWhenStale({ kind, rules }: ManifestRoute, { revocation }: ProveConfig): boolean {
  if (revocation === false || revocation?.onStale === 'allow' || kind === 'optional') return false
  return revocation?.onStale === 'deny' || denyWhenStale(rules)
}
