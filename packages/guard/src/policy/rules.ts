import { readDuration } from '../duration.ts'
import { ConfigurationError } from '../errors.ts'
import type { Names } from '../option-names.ts'
import { readOptions, refuseUnknown } from '../read-options.ts'
import type { CheckTest, OwnerLoader, Rule, StepUpRule } from './types.ts'

/**
 * Passes whoever the route parameter names: the parameter equals the token's `sub`, or, with a loader, the owner's id
 * that the loader gives for it.
 *
 * Equal means equal, non-empty strings: a missing, null or array value never matches. A loader may also give an integer.
 *
 * @example
 * app.get('/users/:userId', guard(own('userId'), role('admin')), showUser)
 * app.delete('/posts/:postId', guard(own('postId', (id) => posts.ownerOf(id))), removePost)
 */
export function own<Native = unknown>(
  param: string,
  load?: OwnerLoader<Native>,
): Extract<Rule, { kind: 'own' }> {
  return valid(load === undefined ? { kind: 'own', param } : { kind: 'own', param, load })
}

/** Passes a caller who has the role. */
export function role<const Role extends string>(name: Role): { readonly kind: 'role'; readonly role: Role } {
  return valid({ kind: 'role', role: name })
}

/** Passes a caller who has the permission, `resource:action`; a token carries it as a scope value. */
export function permission<const Permission extends string>(
  name: Permission,
): { readonly kind: 'permission'; readonly permission: Permission } {
  return valid({ kind: 'permission', permission: name })
}

/** Passes a caller whom each of the rules passes. */
export function all<const Role extends string = never, const Permission extends string = never>(
  ...rules: readonly Rule<Role, Permission>[]
): { readonly kind: 'all'; readonly rules: readonly Rule<Role, Permission>[] } {
  return valid({ kind: 'all', rules })
}

/** How, or how recently, somebody has to have signed in. */
export interface StepUpOptions {
  acr?: string
  /** Seconds, or a text such as `'5m'`. */
  maxAge?: number | string
}

const stepUpOptionNames: Names<StepUpOptions> = { acr: true, maxAge: true }

/**
 * Passes a caller who signed in strongly (`acr`) or recently enough (`maxAge`, seconds or a text such as `'5m'`)
 * (RFC 9470). Who lacks just that is told so, and can sign in again.
 */
export function stepUp(demand: StepUpOptions): Extract<Rule, { kind: 'stepUp' }> {
  const { acr, maxAge } = readOptions('stepUp', demand, stepUpOptionNames)
  return valid({
    kind: 'stepUp',
    ...(acr === undefined ? {} : { acr }),
    ...(maxAge === undefined ? {} : { maxAge: readMaxAge(maxAge) }),
  })
}

/** Passes whom the function passes: the way out for everything that the other rules cannot say. */
export function check<Native = unknown>(
  name: string,
  test: CheckTest<Native>,
): Extract<Rule, { kind: 'check' }> {
  return valid({ kind: 'check', name, test })
}

/** A rule as a person writes it: `all(permission('payouts:write'), stepUp({ acr: 'mfa' }))`. */
export function printRule(rule: Rule): string {
  switch (rule.kind) {
    case 'signedIn':
      return 'signed in'
    case 'own':
      return rule.load === undefined ? `own('${rule.param}')` : `own('${rule.param}', …)`
    case 'role':
      return `role('${rule.role}')`
    case 'permission':
      return `permission('${rule.permission}')`
    case 'all':
      return `all(${rule.rules.map(printRule).join(', ')})`
    case 'stepUp': {
      const acr = rule.acr === undefined ? [] : [`acr: '${rule.acr}'`]
      const maxAge = rule.maxAge === undefined ? [] : [`maxAge: ${rule.maxAge}`]
      return `stepUp({ ${[...acr, ...maxAge].join(', ')} })`
    }
    case 'check':
      return `check('${rule.name}')`
  }
}

function requireName(rule: string, name: unknown): void {
  if (typeof name !== 'string' || name === '')
    throw new ConfigurationError(`${rule}() needs a name: a non-empty string.`)
}

/** What each kind of rule consists of. */
const members: { readonly [Kind in Rule['kind']]: Names<Extract<Rule, { kind: Kind }>> } = {
  signedIn: { kind: true },
  own: { kind: true, param: true, load: true },
  role: { kind: true, role: true },
  permission: { kind: true, permission: true },
  all: { kind: true, rules: true },
  stepUp: { kind: true, acr: true, maxAge: true },
  check: { kind: true, name: true, test: true },
}

/**
 * Rules are data, and may be written by hand: one that says less than was meant would let in more than was meant.
 *
 * @throws ConfigurationError for what is not a rule, e.g. a function handed over instead of `check('name', …)`
 */
export function checkRules(where: string, rules: readonly unknown[]): void {
  for (const rule of rules) {
    const kind = typeof rule === 'object' && rule !== null && 'kind' in rule ? rule.kind : undefined
    if (typeof kind !== 'string' || !Object.hasOwn(members, kind)) {
      throw new ConfigurationError(
        `${where}(): an argument is no rule. For a function, write check('name', …).`,
      )
    }
    refuseUnknown(`${where}(): the rule ${kind}`, [['', rule, members[kind as Rule['kind']]]])
    valid(rule as Rule)
  }
}

// RFC 6749, section 3.3: anything else could not be a scope value, so no token would ever carry it
const scopeValue = /^[\x21\x23-\x5b\x5d-\x7e]+$/

/** @throws ConfigurationError for a rule that lacks what it is about */
function valid<Given extends Rule>(given: Given): Given {
  const rule: Rule = given
  switch (rule.kind) {
    case 'signedIn':
      break
    case 'own':
      requireName('own', rule.param)
      if (rule.load !== undefined && typeof rule.load !== 'function')
        throw new ConfigurationError(`own('${rule.param}'): the loader is not a function.`)
      break
    case 'role':
      requireName('role', rule.role)
      break
    case 'permission':
      requireName('permission', rule.permission)
      if (!scopeValue.test(rule.permission)) {
        throw new ConfigurationError(
          `permission('${rule.permission}') is not a scope value: no spaces, quotes or backslashes.`,
        )
      }
      break
    case 'all':
      if (!Array.isArray(rule.rules) || rule.rules.length === 0)
        throw new ConfigurationError('all() has no rules: say which ones must each pass.')
      checkRules('all', rule.rules)
      break
    case 'stepUp':
      requireDemand(rule)
      break
    case 'check':
      requireName('check', rule.name)
      if (typeof rule.test !== 'function')
        throw new ConfigurationError(`check('${rule.name}') has no function.`)
  }
  return given
}

function requireDemand({ acr, maxAge }: StepUpRule): void {
  if (acr === undefined && maxAge === undefined) {
    throw new ConfigurationError("stepUp() demands nothing: give acr, maxAge ('5m') or both.")
  }
  if (acr !== undefined && (typeof acr !== 'string' || !scopeValue.test(acr))) {
    throw new ConfigurationError('stepUp: acr is a name without spaces, quotes or backslashes.')
  }
  if (maxAge !== undefined && !(Number.isSafeInteger(maxAge) && maxAge >= 0)) {
    throw new ConfigurationError('stepUp: maxAge is not whole seconds.')
  }
}

function readMaxAge(time: number | string): number {
  const seconds = readDuration(typeof time === 'string' && /^\d{1,9}$/.test(time) ? Number(time) : time)
  if (seconds === undefined || !Number.isSafeInteger(seconds)) {
    throw new ConfigurationError(`stepUp: maxAge '${time}' is not a time such as '5m', or whole seconds.`)
  }
  return seconds
}
