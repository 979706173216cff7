import { ConfigurationError } from '../errors.ts'
import type { CheckTest, OwnerLoader, Rule } from './types.ts'

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
  requireName('own', param)
  return load === undefined ? { kind: 'own', param } : { kind: 'own', param, load }
}

/** Passes a caller who has the role. */
export function role<const Role extends string>(name: Role): { readonly kind: 'role'; readonly role: Role } {
  requireName('role', name)
  return { kind: 'role', role: name }
}

/** Passes a caller who has the permission, `resource:action`; a token carries it as a scope value. */
export function permission<const Permission extends string>(
  name: Permission,
): { readonly kind: 'permission'; readonly permission: Permission } {
  requireName('permission', name)
  // RFC 6749, section 3.3: anything else could not be a scope value, so no token would ever carry it
  if (!/^[\x21\x23-\x5b\x5d-\x7e]+$/.test(name)) {
    throw new ConfigurationError(
      `permission('${name}') is not a scope value: no spaces, quotes or backslashes.`,
    )
  }
  return { kind: 'permission', permission: name }
}

/** Passes a caller whom each of the rules passes. */
export function all<const Role extends string = never, const Permission extends string = never>(
  ...rules: readonly Rule<Role, Permission>[]
): { readonly kind: 'all'; readonly rules: readonly Rule<Role, Permission>[] } {
  if (rules.length === 0) throw new ConfigurationError('all() has no rules: say which ones must each pass.')
  checkRules('all', rules)
  return { kind: 'all', rules }
}

/**
 * Passes a caller who signed in strongly (`acr`) or recently enough (`maxAge`, seconds or a text such as `'5m'`)
 * (RFC 9470). Who lacks just that is told so, and can sign in again.
 */
export function stepUp(demand: {
  acr?: string
  maxAge?: number | string
}): Extract<Rule, { kind: 'stepUp' }> {
  const { acr } = demand
  const maxAge = demand.maxAge === undefined ? undefined : readSeconds(demand.maxAge)
  if (acr === undefined && maxAge === undefined) {
    throw new ConfigurationError("stepUp() demands nothing: give acr, maxAge ('5m') or both.")
  }
  if (acr !== undefined && !/^[\x21\x23-\x5b\x5d-\x7e]+$/.test(acr)) {
    throw new ConfigurationError('stepUp: acr is a name without spaces, quotes or backslashes.')
  }
  return {
    kind: 'stepUp',
    ...(acr === undefined ? {} : { acr }),
    ...(maxAge === undefined ? {} : { maxAge }),
  }
}

/** Passes whom the function passes: the way out for everything that the other rules cannot say. */
export function check<Native = unknown>(
  name: string,
  test: CheckTest<Native>,
): Extract<Rule, { kind: 'check' }> {
  requireName('check', name)
  if (typeof test !== 'function') throw new ConfigurationError(`check('${name}') has no function.`)
  return { kind: 'check', name, test }
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

const kinds = new Set(['signedIn', 'own', 'role', 'permission', 'all', 'stepUp', 'check'])

/** @throws ConfigurationError for what is not a rule, e.g. a function handed over instead of `check('name', …)` */
export function checkRules(where: string, rules: readonly unknown[]): void {
  for (const rule of rules) {
    const kind = typeof rule === 'object' && rule !== null && 'kind' in rule ? rule.kind : undefined
    if (typeof kind !== 'string' || !kinds.has(kind)) {
      throw new ConfigurationError(
        `${where}(): an argument is no rule. For a function, write check('name', …).`,
      )
    }
  }
}

const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 }

function readSeconds(time: number | string): number {
  const [, amount, unit = 's'] = /^(\d{1,9})(s|m|h|d)?$/.exec(String(time)) ?? []
  const factor = units[unit]
  if (amount === undefined || factor === undefined) {
    throw new ConfigurationError(`stepUp: maxAge '${time}' is not a time such as '5m', or whole seconds.`)
  }
  return Number(amount) * factor
}
