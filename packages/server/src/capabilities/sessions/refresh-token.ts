import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

/**
 * Seals `successor` so that only a holder of `token` can read it: AES-256-GCM under HKDF-SHA256 of the token. A
 * reader of the database learns neither of the two.
 */
export function sealSuccessor(token: string, successor: string): string {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', keyFrom(token), nonce)
  const sealed = Buffer.concat([cipher.update(successor, 'utf8'), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url')
}

/**
 * The successor that `sealSuccessor` sealed.
 *
 * @throws Error when it was not sealed for `token`, or is damaged
 */
export function openSuccessor(token: string, sealedSuccessor: string): string {
  const bytes = Buffer.from(sealedSuccessor, 'base64url')
  const decipher = createDecipheriv('aes-256-gcm', keyFrom(token), bytes.subarray(0, 12), {
    authTagLength: 16,
  })
  decipher.setAuthTag(bytes.subarray(12, 28))
  return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8')
}

function keyFrom(token: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', token, '', 'gatehouse refresh successor', 32))
}
