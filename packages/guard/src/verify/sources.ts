import { ConfigurationError } from '../errors.ts'
import { keysAt, keysOf, type LoadKeys } from './discovery.ts'
import { secureUrl } from './fetch-json.ts'
import { importPublicKey, importSecret } from './key.ts'
import { importConfiguredKeySet, isJwks } from './key-set.ts'
import { FetchedKeys, FixedKeys, type KeySource, type OnRetired } from './key-source.ts'
import type { VerifierOptions, VerifierSettings } from './settings.ts'

/**
 * Makes the key source for the options: exactly one of `secret`, `publicKey`, `jwks`, `jwksUri`, or else the
 * issuer's metadata.
 *
 * @throws ConfigurationError
 */
export function keySource(
  options: VerifierOptions,
  settings: VerifierSettings,
  monotonic: () => number,
  onRetired: OnRetired,
): KeySource {
  const { secret, publicKey, jwks, jwksUri, issuer, allowInsecureRequests = false } = options
  const { algorithms, onError } = settings
  const named = Object.entries({ secret, publicKey, jwks, jwksUri }).filter(
    ([, value]) => value !== undefined,
  )
  if (named.length > 1) {
    throw new ConfigurationError(
      `${named.map(([name]) => name).join(' and ')}: only one source of keys can be set.`,
    )
  }
  const fetched = (load: LoadKeys): KeySource =>
    new FetchedKeys({ load, algorithms, monotonic, onRetired, onError })

  if (secret !== undefined) return new FixedKeys([importSecret(secret, algorithms)], onRetired)
  if (publicKey !== undefined) return new FixedKeys([importPublicKey(publicKey, algorithms)], onRetired)
  if (typeof jwks === 'function') {
    return fetched(async () => {
      const current: unknown = await jwks()
      if (!isJwks(current)) throw new Error('jwks() did not return a key set.')
      return current
    })
  }
  if (jwks !== undefined) return new FixedKeys(importConfiguredKeySet(jwks, algorithms), onRetired)
  if (jwksUri !== undefined) return fetched(keysAt(configuredUrl('jwksUri', jwksUri, allowInsecureRequests)))
  if (issuer !== undefined) {
    configuredUrl('issuer', issuer, allowInsecureRequests)
    return fetched(keysOf(issuer, allowInsecureRequests))
  }
  throw new ConfigurationError(
    'issuer is missing. Pass `issuer` to createGuard, or set GATEHOUSE_ISSUER; or else pass jwksUri, jwks, publicKey or secret.',
  )
}

function configuredUrl(option: string, text: string, allowInsecureRequests: boolean): URL {
  try {
    return secureUrl(text, allowInsecureRequests)
  } catch (cause) {
    throw new ConfigurationError(
      `${option}: ${cause instanceof Error ? cause.message : 'It is not usable.'}`,
      { cause },
    )
  }
}
