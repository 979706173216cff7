import { type KeyObject, verify } from 'node:crypto'
import type { MaybePromise } from '../../verify/types.ts'

/** A part of the feed that cannot be trusted or parsed. The follower reconnects, and reports it. */
export class FeedError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'FeedError'
  }
}

/** The algorithms of feed keys: asymmetric ones only, in both token profiles. */
export type FeedAlgorithm = 'ES256' | 'EdDSA' | 'RS256'

/** Signs parts of the feed. Its key signs nothing else. */
export interface FeedSigner {
  readonly kid: string
  readonly alg: FeedAlgorithm
  sign(bytes: Uint8Array): Uint8Array
}

export interface FeedKey {
  readonly alg: FeedAlgorithm
  readonly key: KeyObject
}

/** Finds a feed key of the issuer by its `kid`; never a key that tokens are signed with. */
export type FeedKeyFinder = (kid: string) => MaybePromise<FeedKey | undefined>

/**
 * The `typ` of each part of the feed. It differs from every token's, so that nothing signed for one purpose passes for
 * the other, even if a key were shared by mistake.
 */
export const feedTypes = {
  snapshot: 'revocation-snapshot+jws',
  change: 'secevent+jwt',
  position: 'revocation-position+jwt',
} as const

export type FeedType = (typeof feedTypes)[keyof typeof feedTypes]

/** A compact JWS (RFC 7515) over `payload`. */
export function signPart(signer: FeedSigner, typ: FeedType, payload: Uint8Array): string {
  const header = Buffer.from(JSON.stringify({ alg: signer.alg, kid: signer.kid, typ })).toString('base64url')
  const input = `${header}.${Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString('base64url')}`
  return `${input}.${Buffer.from(signer.sign(Buffer.from(input, 'latin1'))).toString('base64url')}`
}

/**
 * Verifies the signature of a part of the feed, and returns its payload.
 *
 * @throws FeedError when the type is wrong, the key unknown, or the signature invalid
 */
export async function openPart(jws: string, typ: FeedType, keys: FeedKeyFinder): Promise<Buffer> {
  const first = jws.indexOf('.')
  const last = jws.lastIndexOf('.')
  if (first < 1 || last <= first || last - first > maxPayload || jws.indexOf('.', first + 1) !== last) {
    throw new FeedError('not a compact JWS')
  }
  const header = parseHeader(jws.slice(0, first))
  const { kid, alg, typ: actual } = header
  if (actual !== typ) throw new FeedError(`a part of another type than ${typ}`)
  if ('crit' in header || 'b64' in header || 'zip' in header)
    throw new FeedError('a header parameter that is not understood')
  const found = typeof kid === 'string' ? await keys(kid) : undefined
  if (found === undefined) throw new FeedError('signed with a key that is not a feed key of the issuer')
  if (found.alg !== alg) throw new FeedError('signed with another algorithm than its key is for')
  const signature = Buffer.from(jws.slice(last + 1), 'base64url')
  if (!signatureHolds(found, Buffer.from(jws.slice(0, last), 'latin1'), signature)) {
    throw new FeedError('the signature does not match')
  }
  return Buffer.from(jws.slice(first + 1, last), 'base64url')
}

/** The most characters: twice what a snapshot of 1,000,000 entries takes. */
const maxPayload = 64 * 1024 * 1024

function signatureHolds({ alg, key }: FeedKey, input: Buffer, signature: Buffer): boolean {
  switch (alg) {
    case 'ES256':
      return verify('sha256', input, { key, dsaEncoding: 'ieee-p1363' }, signature)
    case 'RS256':
      return verify('sha256', input, key, signature)
    case 'EdDSA':
      return verify(null, input, key, signature)
  }
}

function parseHeader(part: string): Record<string, unknown> {
  return parseObject(Buffer.from(part, 'base64url'))
}

/** A JSON object, or a FeedError. */
export function parseObject(bytes: Buffer): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(bytes.toString('utf8'))
  } catch (cause) {
    throw new FeedError('not JSON', { cause })
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new FeedError('not a JSON object')
  return Object.fromEntries(Object.entries(value))
}

/** A non-negative integer, or a FeedError that names the member. */
export function wholeNumber(object: Record<string, unknown>, name: string): number {
  const value = object[name]
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw new FeedError(`no proper ${name}`)
  return value
}

/** Checks that a part comes from the issuer whose feed is being followed. */
export function requireIssuer({ iss }: Record<string, unknown>, issuer: string): void {
  if (iss !== issuer) throw new FeedError("a part of another issuer's feed")
}
