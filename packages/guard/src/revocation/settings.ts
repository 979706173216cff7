import { ConfigurationError } from '../errors.ts'
import type { GuardOptions, RevocationOptions } from '../options.ts'
import { readDuration } from '../read-options.ts'
import { warn } from '../report.ts'
import type { Verifier } from '../verify/types.ts'
import { FeedSource } from './source.ts'
import type { RevocationSource } from './types.ts'

/** Where a guard looks up revocations, and what it does when the answer is unknown. */
export interface ConfiguredRevocation {
  /** Undefined where revocation is not checked. */
  readonly source: RevocationSource | undefined
  /** As configured; undefined leaves it to the route: `deny` where it has `stepUp`, else `allow`. */
  readonly onStale: 'allow' | 'deny' | undefined
}

type Options = { issuer?: string } & Pick<
  GuardOptions,
  'jwksUri' | 'jwks' | 'publicKey' | 'secret' | 'revocation' | 'clock' | 'allowInsecureRequests' | 'onError'
>

/**
 * Sets up revocation as a guard's options say. Without any, the feed of an issuer whose keys are found through its
 * metadata is followed if that metadata announces one; with `revocation: {}` it must.
 *
 * @throws ConfigurationError
 */
export function configureRevocation(
  options: Options,
  keys: Pick<Verifier, 'dropKey' | 'refreshKeys'>,
): ConfiguredRevocation {
  const { revocation, issuer } = options
  if (revocation === false) return { source: undefined, onStale: undefined }
  if (typeof revocation === 'object' && isSource(revocation))
    return { source: revocation, onStale: undefined }
  if (typeof revocation === 'function') return { source: revocation(keys), onStale: undefined }
  const settings = readRevocationOptions(revocation ?? {})
  if (issuer === undefined) {
    if (revocation !== undefined)
      throw new ConfigurationError('revocation: the issuer is missing whose feed to follow.')
    return { source: undefined, onStale: undefined }
  }
  if (revocation === undefined && bringsItsOwnKeys(options)) return { source: undefined, onStale: undefined }
  const { clock, allowInsecureRequests = false, onError = warn } = options
  const source = new FeedSource({
    issuer,
    keys,
    staleness: settings.staleness,
    required: revocation !== undefined,
    mode: settings.mode,
    pollInterval: settings.pollInterval,
    allowInsecureRequests,
    ...(clock === undefined ? {} : { now: clock }),
    onError,
  })
  return { source, onStale: settings.onStale }
}

function isSource(revocation: RevocationOptions | RevocationSource): revocation is RevocationSource {
  return 'standing' in revocation
}

/** Keys given in the options: the issuer need not be reachable for its metadata then. */
function bringsItsOwnKeys({ jwksUri, jwks, publicKey, secret }: Options): boolean {
  return [jwksUri, jwks, publicKey, secret].some((option) => option !== undefined)
}

interface RevocationSettings {
  /** Milliseconds. */
  readonly staleness: number
  /** Milliseconds. */
  readonly pollInterval: number
  readonly mode: 'auto' | 'stream' | 'poll'
  readonly onStale: 'allow' | 'deny' | undefined
}

/**
 * Reads the `revocation` option.
 *
 * @throws ConfigurationError naming what is wrong
 */
export function readRevocationOptions(options: RevocationOptions): RevocationSettings {
  const { staleness = '10s', onStale, mode = 'auto', pollInterval = 0.5 } = options
  if (onStale !== undefined && onStale !== 'allow' && onStale !== 'deny') {
    throw new ConfigurationError("revocation.onStale is neither 'allow' nor 'deny'.")
  }
  if (!['auto', 'stream', 'poll'].includes(mode)) {
    throw new ConfigurationError("revocation.mode must be 'auto', 'stream' or 'poll'.")
  }
  if (!(pollInterval >= 0.1 && pollInterval <= 3600)) {
    throw new ConfigurationError('revocation.pollInterval is not a number of seconds from 0.1 to 3600.')
  }
  const stale = readDuration(staleness)
  if (stale === undefined || stale < 1) {
    throw new ConfigurationError("revocation.staleness is not a time of at least a second, such as '10s'.")
  }
  return { staleness: stale * 1000, pollInterval: pollInterval * 1000, mode, onStale }
}
