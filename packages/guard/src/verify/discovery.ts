import { reasonOf } from '../report.ts'
import { fetchJson, secureUrl } from './fetch-json.ts'
import { isJwks } from './key-set.ts'
import type { Jwks } from './types.ts'

/** Fetches a key set; cancelled when the guard is closed. */
export type LoadKeys = (cancel: AbortSignal) => Promise<Jwks>

/** Fetches the key set from its address. */
export function keysAt(jwksUri: URL): LoadKeys {
  return async (cancel) => {
    const jwks: unknown = await fetchJson(jwksUri, cancel)
    if (!isJwks(jwks)) throw new Error(`${jwksUri.href} did not answer with a key set.`)
    return jwks
  }
}

/**
 * Finds the key set through the issuer's metadata: RFC 8414 first, then OpenID Connect Discovery. Metadata is read
 * again on every fetch, as an issuer may move its keys.
 */
export function keysOf(issuer: string, allowInsecureRequests: boolean): LoadKeys {
  return async (cancel) => {
    const failures: unknown[] = []
    for (const address of metadataAddresses(issuer)) {
      try {
        const jwksUri = await readMetadata(address, issuer, allowInsecureRequests, cancel)
        return await keysAt(jwksUri)(cancel)
      } catch (error) {
        if (cancel.aborted) throw error
        failures.push(error)
      }
    }
    throw new AggregateError(failures, [...new Set(failures.map(reasonOf))].join(' '))
  }
}

/** Where an issuer's metadata may be (RFC 8414, section 3.1; OpenID Connect Discovery 1.0, section 4.1). */
export function metadataAddresses(issuer: string): URL[] {
  const { origin, pathname, search } = new URL(issuer)
  const path = pathname.replace(/\/$/, '')
  return [
    new URL(`${origin}/.well-known/oauth-authorization-server${path}${search}`),
    new URL(`${origin}${path}/.well-known/openid-configuration${search}`),
  ]
}

async function readMetadata(
  address: URL,
  issuer: string,
  allowInsecureRequests: boolean,
  cancel: AbortSignal,
): Promise<URL> {
  const metadata = await fetchJson(address, cancel)
  // RFC 8414, section 3.3: it must be identical, character by character
  if (metadata['issuer'] !== issuer) throw new Error(`${address.href} is the metadata of another issuer.`)
  const { jwks_uri } = metadata
  if (typeof jwks_uri !== 'string') throw new Error(`${address.href} names no jwks_uri.`)
  const url = secureUrl(jwks_uri, allowInsecureRequests)
  if (address.protocol === 'https:' && url.protocol !== 'https:' && !allowInsecureRequests) {
    throw new Error(`${address.href} names a jwks_uri that is not https.`)
  }
  return url
}
