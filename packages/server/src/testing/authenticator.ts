import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

/** What the options of a route say that an authenticator needs. */
interface Options {
  readonly challenge: string
  readonly rp?: { readonly id?: string }
  readonly rpId?: string
  readonly user?: { readonly id: string }
  readonly allowCredentials?: readonly { readonly id: string }[]
}

/** How one answer differs from what a good authenticator says. */
export interface Differences {
  readonly origin?: string
  readonly rpId?: string
  readonly type?: string
  readonly challenge?: string
  readonly userVerified?: boolean
  readonly userPresent?: boolean
  readonly counter?: number
  readonly userHandle?: string
  readonly key?: KeyObject
}

const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest()
const b64 = (data: Uint8Array | string): string => Buffer.from(data).toString('base64url')

/** CBOR (RFC 8949) of what authenticators send: whole numbers, bytes, text and maps. */
function cbor(value: number | string | Uint8Array | Map<number | string, unknown>): Buffer {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value)
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)])
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value])
  const members = [...value].flatMap(([name, member]) => [cbor(name), cbor(member as number)])
  return Buffer.concat([head(5, value.size), ...members])
}

function head(major: number, length: number): Buffer {
  if (length < 24) return Buffer.of((major << 5) | length)
  if (length < 256) return Buffer.of((major << 5) | 24, length)
  return Buffer.of((major << 5) | 25, length >> 8, length & 255)
}

/**
 * An authenticator in software with one passkey: real ES256 signatures over real authenticator data (WebAuthn, section 6).
 * One that is `synced` keeps no counter, and says that it is backed up.
 */
export class TestAuthenticator {
  readonly id: string = b64(randomBytes(16))
  readonly #key: { publicKey: KeyObject; privateKey: KeyObject } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
  })
  readonly #origin: string
  readonly #synced: boolean
  #counter = 0
  #userHandle = ''

  constructor(origin: string, { synced = false }: { synced?: boolean } = {}) {
    this.#origin = origin
    this.#synced = synced
  }

  /** Answers `navigator.credentials.create`. */
  create(options: Options, differences: Differences = {}) {
    this.#userHandle = options.user?.id ?? ''
    const { x = '', y = '' } = this.#key.publicKey.export({ format: 'jwk' })
    const coseKey = new Map<number, number | Buffer>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, Buffer.from(x, 'base64url')],
      [-3, Buffer.from(y, 'base64url')],
    ])
    const id = Buffer.from(this.id, 'base64url')
    const attested = Buffer.concat([Buffer.alloc(16), Buffer.of(0, id.length), id, cbor(coseKey)])
    const authData = Buffer.concat([this.#data(options.rp?.id ?? '', differences, 0x40), attested])
    const attestation = new Map<string, unknown>([
      ['fmt', 'none'],
      ['attStmt', new Map()],
      ['authData', authData],
    ])
    const clientDataJSON = this.#client('webauthn.create', options, differences)
    const response = { clientDataJSON, attestationObject: b64(cbor(attestation)), transports: ['internal'] }
    return { id: this.id, rawId: this.id, type: 'public-key', clientExtensionResults: {}, response } as const
  }

  /** Answers `navigator.credentials.get`. */
  get(options: Options, differences: Differences = {}) {
    if (!this.#synced) this.#counter += 1
    const authData = this.#data(options.rpId ?? '', differences)
    const clientDataJSON = this.#client('webauthn.get', options, differences)
    const signed = Buffer.concat([authData, sha256(Buffer.from(clientDataJSON, 'base64url'))])
    const signature = b64(sign('sha256', signed, differences.key ?? this.#key.privateKey))
    const userHandle = differences.userHandle ?? this.#userHandle
    const response = { clientDataJSON, authenticatorData: b64(authData), signature, userHandle }
    return { id: this.id, rawId: this.id, type: 'public-key', clientExtensionResults: {}, response } as const
  }

  #client(type: string, options: Options, differences: Differences): string {
    const { origin = this.#origin, challenge = options.challenge } = differences
    return b64(JSON.stringify({ type: differences.type ?? type, challenge, origin, crossOrigin: false }))
  }

  #data(rpId: string, differences: Differences, more = 0): Buffer {
    const { userVerified = true, userPresent = true, counter = this.#counter } = differences
    const flags = (userPresent ? 1 : 0) | (userVerified ? 4 : 0) | (this.#synced ? 0x18 : 0) | more
    const count = Buffer.alloc(4)
    count.writeUInt32BE(counter)
    return Buffer.concat([sha256(differences.rpId ?? rpId), Buffer.of(flags), count])
  }
}
