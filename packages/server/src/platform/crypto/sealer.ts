import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto'

/** Encrypts secrets in the database under GATEHOUSE_SECRET. */
export interface Sealer {
  /** Encrypts and authenticates `plain`; only `open` with the same `purpose` returns it. */
  seal(plain: Uint8Array, purpose: string): string
  /** @throws SealError when the text was not made by `seal`, or was sealed for another purpose or under another secret */
  open(sealed: string, purpose: string): Buffer
  /**
   * A keyed digest (HMAC-SHA-256, base64url) of `text`: deterministic for a purpose and secret, and unpredictable without
   * the secret. For values that are compared but never read.
   */
  digest(text: string, purpose: string): string
  /** Whether the text was sealed under the current secret (and not under the old one). */
  isCurrent(sealed: string): boolean
}

/** Something sealed cannot be opened. */
export class SealError extends Error {
  readonly code = 'seal'

  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'SealError'
  }
}

const version = 1
const nonceBytes = 12
const tagBytes = 16
const idBytes = 4

interface SealingKey {
  readonly id: Buffer
  readonly secret: Buffer
}

/**
 * Makes a sealer under `secret`; it also opens what was sealed under `oldSecret`, while that is being replaced.
 *
 * AES-256-GCM with a random nonce, under a key derived for each purpose (HKDF-SHA-256); the purpose is authenticated,
 * too. Layout: version, key id (4 bytes), nonce (12), tag (16), text; base64url.
 */
export function createSealer(secret: Uint8Array, oldSecret?: Uint8Array): Sealer {
  const current = sealingKey(secret)
  const digestKeys = new Map<string, KeyObject>()
  const keys = oldSecret === undefined ? [current] : [current, sealingKey(oldSecret)]
  return {
    seal(plain, purpose) {
      const nonce = randomBytes(nonceBytes)
      const cipher = createCipheriv('aes-256-gcm', derive(current, purpose), nonce)
      cipher.setAAD(Buffer.from(purpose))
      const text = Buffer.concat([cipher.update(plain), cipher.final()])
      return Buffer.concat([Buffer.of(version), current.id, nonce, cipher.getAuthTag(), text]).toString(
        'base64url',
      )
    },
    open(sealed, purpose) {
      const bytes = Buffer.from(sealed, 'base64url')
      if (bytes.length < 1 + idBytes + nonceBytes + tagBytes || bytes[0] !== version) {
        throw new SealError('This is not something that was sealed here.')
      }
      const id = bytes.subarray(1, 1 + idBytes)
      const key = keys.find((each) => each.id.equals(id))
      if (key === undefined)
        throw new SealError(
          'This database was encrypted with another GATEHOUSE_SECRET. Set the one that it was first started with.',
        )
      return unseal(key, bytes.subarray(1 + idBytes), purpose)
    },
    digest(text, purpose) {
      const key = digestKeys.get(purpose) ?? createSecretKey(derive(current, `digest ${purpose}`))
      // purposes are constants in the code, so there are only a few keys
      digestKeys.set(purpose, key)
      return createHmac('sha256', key).update(text).digest('base64url')
    },
    isCurrent(sealed) {
      return Buffer.from(sealed, 'base64url')
        .subarray(1, 1 + idBytes)
        .equals(current.id)
    },
  }
}

function unseal(key: SealingKey, bytes: Buffer, purpose: string): Buffer {
  const nonce = bytes.subarray(0, nonceBytes)
  const decipher = createDecipheriv('aes-256-gcm', derive(key, purpose), nonce)
  decipher.setAAD(Buffer.from(purpose))
  decipher.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes))
  try {
    return Buffer.concat([decipher.update(bytes.subarray(nonceBytes + tagBytes)), decipher.final()])
  } catch (cause) {
    throw new SealError('What was sealed has been changed, or was sealed for something else.', { cause })
  }
}

function sealingKey(secret: Uint8Array): SealingKey {
  const id = createHash('sha256')
    .update('gatehouse sealing key id')
    .update(secret)
    .digest()
    .subarray(0, idBytes)
  return { id, secret: Buffer.from(secret) }
}

function derive({ secret }: SealingKey, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', `gatehouse seal ${purpose}`, 32))
}
