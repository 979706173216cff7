import type { SigningAlgorithm } from '../../config.ts'
import type { KeyUse } from '../../instance.ts'

/** A row of `keys`. Times are milliseconds since the epoch. */
export interface KeysTable {
  /** The JWK thumbprint of the public key (RFC 7638). */
  kid: string
  use: KeyUse
  alg: SigningAlgorithm
  /** The public key as a JWK, in JSON. */
  public_jwk: string
  /** The private key, PKCS #8 sealed; null once the key signs nothing any more. */
  private_sealed: string | null
  created_at: number
  /** Published since `created_at`, but only from here on does it sign. */
  signs_from: number
  /** When the next key takes over; null while none is to. */
  signs_until: number | null
  /** When the last token that it signed has expired. */
  published_until: number | null
  /** When an emergency rotation dropped it. */
  revoked_at: number | null
}

declare module '../../platform/db/tables.ts' {
  interface Tables {
    keys: KeysTable
  }
}
