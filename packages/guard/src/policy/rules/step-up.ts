import { ConfigurationError } from '../../errors.ts'
import type { Names } from '../../option-names.ts'
import { readDuration, readOptions } from '../../read-options.ts'
import type { Attempt } from '../attempt.ts'
import { type RuleKind, scopeValue } from './kind.ts'

export interface StepUpRule {
  readonly kind: 'stepUp'
  readonly acr?: string
  /** Seconds. */
  readonly maxAge?: number
}

export interface StepUpInManifest extends StepUpRule {
  /** The order that `acr` has a place in, weakest first; without one only an equal value passes. */
  readonly acrOrder?: readonly string[]
}

/** How strongly, or how recently, the caller must have signed in. */
export interface StepUpOptions {
  acr?: string
  /** Seconds, or a text such as `'5m'`. */
  maxAge?: number | string
}

const stepUpOptionNames: Names<StepUpOptions> = { acr: true, maxAge: true }

/** The values of `acr` that Gatehouse issues, weakest first: a password, several factors, phishing-resistant ones. */
export const defaultAcrOrder: readonly string[] = Object.freeze(['pwd', 'mfa', 'phr'])

/** @throws ConfigurationError unless the option is a list of different values that `acr` can have */
export function readAcrOrder(given: readonly string[] | undefined): readonly string[] {
  if (given === undefined) return defaultAcrOrder
  const valid =
    Array.isArray(given) &&
    given.every((acr) => typeof acr === 'string' && scopeValue.test(acr)) &&
    new Set(given).size === given.length
  if (valid) return Object.freeze([...given])
  throw new ConfigurationError(
    'createGuard: acrOrder must be a list of different names without spaces, quotes or backslashes, weakest first.',
  )
}

/**
 * Allows callers who signed in strongly enough (`acr`: that value or one behind it in the guard's `acrOrder`) or recently
 * enough (`maxAge`, seconds or a text such as `'5m'`). Other callers are asked to sign in again (RFC 9470).
 */
export function stepUp(demand: StepUpOptions): StepUpRule {
  const { acr, maxAge } = readOptions('stepUp', demand, stepUpOptionNames)
  const rule: StepUpRule = {
    kind: 'stepUp',
    ...(acr === undefined ? {} : { acr }),
    ...(maxAge === undefined ? {} : { maxAge: readMaxAge(maxAge) }),
  }
  stepUpKind.validate(rule)
  return rule
}

export const stepUpKind: RuleKind<StepUpRule, StepUpInManifest> = {
  members: { kind: true, acr: true, maxAge: true },
  validate({ acr, maxAge }) {
    if (acr === undefined && maxAge === undefined)
      throw new ConfigurationError("stepUp() needs acr, maxAge ('5m') or both.")
    if (acr !== undefined && (typeof acr !== 'string' || !scopeValue.test(acr)))
      throw new ConfigurationError('stepUp: acr must be a name without spaces, quotes or backslashes.')
    if (maxAge !== undefined && !(Number.isSafeInteger(maxAge) && maxAge >= 0))
      throw new ConfigurationError('stepUp: maxAge must be whole seconds.')
  },
  stepsUp: true,
  admitsAnyone: true,
  attempt: ({ acr, maxAge }, { acrOrder }) => signedInSo(acr, maxAge, acrOrder),
  toManifest: (rule, { acrOrder }) =>
    rule.acr !== undefined && acrOrder.includes(rule.acr) ? { ...rule, acrOrder } : { ...rule },
  form: { acr: 'text?', maxAge: 'number?', acrOrder: 'texts?' },
  print({ acr, maxAge }) {
    const demands = [
      ...(acr === undefined ? [] : [`acr: '${acr}'`]),
      ...(maxAge === undefined ? [] : [`maxAge: ${maxAge}`]),
    ]
    return `stepUp({ ${demands.join(', ')} })`
  },
}

function signedInSo(
  acr: string | undefined,
  maxAge: number | undefined,
  acrOrder: readonly string[],
): Attempt {
  const place = acr === undefined ? -1 : acrOrder.indexOf(acr)
  const accepted = new Set<unknown>(place === -1 ? [acr] : acrOrder.slice(place))
  const demand = { acr, maxAge }
  return (subject) => {
    const { claims } = subject.identity
    if (acr !== undefined && !accepted.has(claims.acr)) return demand
    if (maxAge === undefined) return true
    return (typeof claims.auth_time === 'number' && subject.now() - claims.auth_time <= maxAge) || demand
  }
}

function readMaxAge(time: number | string): number {
  const seconds = readDuration(typeof time === 'string' && /^\d{1,9}$/.test(time) ? Number(time) : time)
  if (seconds === undefined || !Number.isSafeInteger(seconds)) {
    throw new ConfigurationError(`stepUp: maxAge '${time}' is not a time such as '5m', or whole seconds.`)
  }
  return seconds
}
