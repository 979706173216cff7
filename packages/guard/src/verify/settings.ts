import { ConfigurationError } from '../errors.ts'
import type { GuardOptions } from '../options.ts'
import { readDuration } from '../read-options.ts'
import { reportTo } from '../report.ts'
import { asymmetricAlgorithms, isAlgorithm, isSymmetric, symmetricAlgorithms } from './algorithms.ts'
import type { Expectations, TimeSettings } from './claims.ts'
import { mediaType } from './compact.ts'
import type { Algorithm } from './types.ts'

/** The part of a guard's options that verification needs. */
export type VerifierOptions = { issuer?: string } & Pick<
  GuardOptions,
  | 'audience'
  | 'jwksUri'
  | 'jwks'
  | 'publicKey'
  | 'secret'
  | 'algorithms'
  | 'typ'
  | 'clockTolerance'
  | 'maxLifetime'
  | 'clock'
  | 'allowInsecureRequests'
  | 'cacheBytes'
  | 'onError'
>

/** Options as verification uses them: checked once, then trusted. */
export interface VerifierSettings extends TimeSettings {
  readonly expected: Expectations
  /** As configured; undefined leaves it to the keys. */
  readonly algorithms: readonly Algorithm[] | undefined
  /** Every algorithm that a header may name at all. */
  readonly acceptable: ReadonlySet<Algorithm>
  /** In the form of `mediaType`; undefined for any. */
  readonly types: readonly string[] | undefined
  /** Whole seconds since the epoch. */
  readonly now: () => number
  readonly cacheBytes: number
  readonly onError: (error: unknown, what: string) => void
}

/** The default size of the signature cache, in bytes. */
export const defaultCacheBytes: number = 64 * 1024 * 1024

/**
 * Checks a guard's options, except for the keys.
 *
 * @throws ConfigurationError naming the option that is wrong and what would be right
 */
export function readSettings(options: VerifierOptions): VerifierSettings {
  const symmetric = options.secret !== undefined
  const audience = readAudience(options.audience)
  if (audience.length === 0 && !symmetric) {
    throw new ConfigurationError(
      'audience is missing: without it a token made for any other API would pass here. Pass `audience` to createGuard, or set GATEHOUSE_AUDIENCE.',
    )
  }
  if (options.issuer !== undefined && !isNonEmptyString(options.issuer)) {
    throw new ConfigurationError('issuer is not a non-empty string.')
  }
  const algorithms = readAlgorithms(options.algorithms, symmetric)
  const { clock, onError } = options
  return {
    expected: { issuer: options.issuer, audience },
    algorithms,
    acceptable: new Set(algorithms ?? (symmetric ? symmetricAlgorithms : asymmetricAlgorithms)),
    types: readTypes(options.typ, symmetric),
    tolerance: readTolerance(options.clockTolerance),
    maxLifetime: readMaxLifetime(options.maxLifetime),
    now: clock === undefined ? () => Math.floor(Date.now() / 1000) : () => Math.floor(clock()),
    cacheBytes: readCacheBytes(options.cacheBytes),
    onError: reportTo(onError),
  }
}

function readAudience(audience: VerifierOptions['audience']): readonly string[] {
  const names = audience === undefined ? [] : typeof audience === 'string' ? [audience] : [...audience]
  if (!names.every(isNonEmptyString))
    throw new ConfigurationError('audience has a name that is not a non-empty string.')
  return names
}

function readAlgorithms(
  algorithms: VerifierOptions['algorithms'],
  symmetric: boolean,
): readonly Algorithm[] | undefined {
  if (algorithms === undefined) return undefined
  if (!Array.isArray(algorithms) || algorithms.length === 0) {
    throw new ConfigurationError('algorithms is not a list of at least one algorithm.')
  }
  for (const name of algorithms as readonly unknown[]) {
    if (!isAlgorithm(name)) throw new ConfigurationError(`algorithms: ${String(name)} is not supported.`)
    if (isSymmetric(name) !== symmetric) {
      throw new ConfigurationError(
        `algorithms: ${name} does not go with ${symmetric ? 'a secret' : 'public keys'}.`,
      )
    }
  }
  return [...algorithms]
}

// by convention, shared-secret tokens have the type JWT; access tokens have their own (RFC 9068)
function readTypes(typ: VerifierOptions['typ'], symmetric: boolean): readonly string[] | undefined {
  if (typ === null) return undefined
  const types =
    typ === undefined ? [symmetric ? 'JWT' : 'at+jwt'] : typeof typ === 'string' ? [typ] : [...typ]
  if (types.length === 0 || !types.every(isNonEmptyString)) {
    throw new ConfigurationError('typ is not a non-empty string, a list of them, or null.')
  }
  return types.map(mediaType)
}

function readTolerance(tolerance = 60): number {
  if (typeof tolerance !== 'number' || !(tolerance >= 0 && tolerance <= 120)) {
    throw new ConfigurationError('clockTolerance is not a number of seconds from 0 to 120.')
  }
  return tolerance
}

/** Ten years in seconds: beyond that, milliseconds and seconds are indistinguishable. */
const longestLifetime = 10 * 366 * 86_400

function readMaxLifetime(given: VerifierOptions['maxLifetime'] = '24h'): number {
  const seconds = readDuration(given)
  if (seconds === undefined || seconds < 1 || seconds > longestLifetime) {
    throw new ConfigurationError("maxLifetime is not a time such as '24h', from 1 second to 10 years.")
  }
  return seconds
}

function readCacheBytes(bytes = defaultCacheBytes): number {
  if (typeof bytes !== 'number' || !(bytes >= 0 && Number.isFinite(bytes))) {
    throw new ConfigurationError('cacheBytes is not a number of bytes; 0 turns remembering off.')
  }
  return bytes
}

function isNonEmptyString(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
