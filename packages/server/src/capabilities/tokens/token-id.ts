import { randomBytes, randomUUID } from 'node:crypto'
import { parse, validate } from 'uuid'

const grantBytes = 16
const randomPart = 8

/**
 * A new token identifier (`jti`): the id of the token's grant and 64 random bits, base64url. Whoever finds one in the log
 * of an API can say which session it was of, without a record of every token.
 */
export function newTokenId(grantId: string): string {
  if (!validate(grantId)) return randomUUID()
  return Buffer.concat([parse(grantId), randomBytes(randomPart)]).toString('base64url')
}

/** The grant of a token, by the token's identifier; undefined for one that was made in another way. */
export function grantOfTokenId(jti: string): string | undefined {
  const bytes = Buffer.from(jti, 'base64url')
  if (bytes.length !== grantBytes + randomPart || bytes.toString('base64url') !== jti) return undefined
  const text = bytes.toString('hex', 0, grantBytes)
  const id = text.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  return validate(id) ? id : undefined
}
