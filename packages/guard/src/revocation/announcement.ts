import { metadataAddresses } from '../verify/discovery.ts'
import { fetchJson } from '../verify/fetch-json.ts'
import { secureUrl } from '../verify/urls.ts'
import { feedMetadata } from './wire.ts'

/** Where an issuer's feed is, and the keys that sign it. */
export interface Announcement {
  readonly endpoint: URL
  readonly jwksUri: URL
}

/**
 * Reads in the issuer's metadata (RFC 8414, OpenID Connect Discovery) whether it has a feed; undefined when it has none.
 *
 * @throws Error when the metadata cannot be had
 */
export async function readAnnouncement(
  issuer: string,
  allowInsecureRequests: boolean,
  cancel: AbortSignal,
): Promise<Announcement | undefined> {
  const failures: unknown[] = []
  for (const address of metadataAddresses(issuer)) {
    try {
      const metadata = await fetchJson(address, cancel)
      const { issuer: named, [feedMetadata.endpoint]: endpoint, [feedMetadata.jwksUri]: jwksUri } = metadata
      if (named !== issuer) throw new Error(`${address.href} is the metadata of another issuer.`)
      if (endpoint === undefined) return undefined
      return { endpoint: read(endpoint, address), jwksUri: read(jwksUri, address) }
    } catch (error) {
      failures.push(error)
    }
  }
  throw new AggregateError(
    failures,
    failures.map((error) => (error instanceof Error ? error.message : '')).join(' '),
  )

  function read(value: unknown, address: URL): URL {
    if (typeof value !== 'string')
      throw new Error(`${address.href} announces a feed without its address or keys.`)
    const url = secureUrl(value, allowInsecureRequests)
    if (address.protocol === 'https:' && url.protocol !== 'https:') throw new Error('The feed is not https.')
    return url
  }
}
