import { feedMetadata } from '@gatehouse/guard/internal/revocation'
import type { Config } from '../../config.ts'

/** The path of the keys that sign the feed, and nothing else. */
export const feedKeysPath = '/.well-known/revocation-jwks.json'

/** The feed's part of the issuer's metadata. */
export function feedMetadataOf({ issuer }: Config): Record<string, string> {
  return {
    [feedMetadata.endpoint]: `${issuer}/revocations`,
    [feedMetadata.jwksUri]: `${issuer}${feedKeysPath}`,
  }
}
