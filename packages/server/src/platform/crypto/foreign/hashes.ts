import { readBase64, readCount, unpadded } from './encoding.ts'

/** The digests that PBKDF2 is used with. */
export type Pbkdf2Digest = 'sha1' | 'sha256' | 'sha512'

/**
 * A password hash that another product made, and what its check takes. Each has one spelling, which is stored: a string
 * in the PHC format or the older one of `crypt`, that says everything but the password.
 */
export type ForeignHash =
  | {
      readonly kind: 'argon2'
      readonly memoryKiB: number
      readonly passes: number
      readonly lanes: number
      readonly text: string
    }
  | {
      readonly kind: 'bcrypt'
      readonly cost: number
      readonly text: string /** Whether the password was hashed with SHA-256 before. */
      readonly sha256: boolean
    }
  | { readonly kind: 'sha-crypt'; readonly rounds: number; readonly text: string }
  | {
      readonly kind: 'pbkdf2'
      readonly digest: Pbkdf2Digest
      readonly iterations: number
      readonly salt: Buffer
      readonly hash: Buffer
    }
  | ScryptHash

export interface ScryptHash {
  readonly kind: 'scrypt'
  /**
   * What becomes of the password and the key: nothing (RFC 7914), NFKC before (better-auth), or the key stream that it
   * encrypts with (Firebase).
   */
  readonly form: 'plain' | 'nfkc' | 'firebase'
  /** The cost N, as its logarithm to the base 2. */
  readonly logN: number
  readonly r: number
  readonly p: number
  readonly salt: Buffer
  readonly hash: Buffer
}

const scryptIds = { plain: 'scrypt', nfkc: 'scrypt-nfkc', firebase: 'scrypt-firebase' } as const

/** The hash as it is stored. */
export function writeHash(hash: ForeignHash): string {
  switch (hash.kind) {
    case 'argon2':
    case 'sha-crypt':
      return hash.text
    case 'bcrypt':
      return hash.sha256 ? `$bcrypt-sha256${hash.text}` : hash.text
    case 'pbkdf2':
      return `$pbkdf2-${hash.digest}$i=${hash.iterations}$${unpadded(hash.salt)}$${unpadded(hash.hash)}`
    case 'scrypt': {
      const parameters = `ln=${hash.logN},r=${hash.r},p=${hash.p}`
      return `$${scryptIds[hash.form]}$${parameters}$${unpadded(hash.salt)}$${unpadded(hash.hash)}`
    }
  }
}

/** Reads a hash as it is stored; undefined for anything else. NOT checked here: what it costs (`faultOf`). */
export function parseHash(text: string): ForeignHash | undefined {
  return (
    parseArgon2(text) ?? parseBcrypt(text) ?? parseShaCrypt(text) ?? parsePbkdf2(text) ?? parseScrypt(text)
  )
}

function parseArgon2(text: string): ForeignHash | undefined {
  const match = /^\$argon2(?:id|i)\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(
    text,
  )
  const [memoryKiB, passes, lanes] = [readCount(match?.[1]), readCount(match?.[2]), readCount(match?.[3])]
  const [salt, hash] = [readBase64(match?.[4] ?? ''), readBase64(match?.[5] ?? '')]
  if (memoryKiB === undefined || passes === undefined || lanes === undefined) return undefined
  // RFC 9106, section 3.1
  if (salt === undefined || salt.length < 8 || hash === undefined || hash.length < 4 || memoryKiB < 8 * lanes)
    return undefined
  return { kind: 'argon2', memoryKiB, passes, lanes, text }
}

function parseBcrypt(text: string): ForeignHash | undefined {
  const match = /^(\$bcrypt-sha256)?(\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53})$/.exec(text)
  const [, sha256, own, cost] = match ?? []
  if (own === undefined || Number(cost) < 4 || Number(cost) > 31) return undefined
  return { kind: 'bcrypt', cost: Number(cost), text: own, sha256: sha256 !== undefined }
}

function parseShaCrypt(text: string): ForeignHash | undefined {
  const match = /^\$(5|6)\$(?:rounds=(\d{4,9})\$)?[./A-Za-z0-9]{1,16}\$([./A-Za-z0-9]+)$/.exec(text)
  if (match === null || match[3]?.length !== (match[1] === '5' ? 43 : 86)) return undefined
  const rounds = match[2] === undefined ? 5_000 : readCount(match[2])
  return rounds === undefined ? undefined : { kind: 'sha-crypt', rounds, text }
}

function parsePbkdf2(text: string): ForeignHash | undefined {
  const match = /^\$pbkdf2-(sha1|sha256|sha512)\$i=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(text)
  const [, digest, iterations, salt, hash] = match ?? []
  return pbkdf2(digest, iterations, readBase64(salt ?? ''), readBase64(hash ?? ''))
}

/** A PBKDF2 hash of these parts; undefined where one is missing or unusable. */
export function pbkdf2(
  digest: string | undefined,
  iterations: string | undefined,
  salt: Buffer | undefined,
  hash: Buffer | undefined,
): ForeignHash | undefined {
  const count = readCount(iterations)
  if (digest !== 'sha1' && digest !== 'sha256' && digest !== 'sha512') return undefined
  if (count === undefined || salt === undefined || hash === undefined || hash.length < 16) return undefined
  return { kind: 'pbkdf2', digest, iterations: count, salt, hash }
}

function parseScrypt(text: string): ForeignHash | undefined {
  const match =
    /^\$(scrypt(?:-nfkc|-firebase)?)\$ln=(\d+),r=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(
      text,
    )
  const [, id, ln, r, p, salt, hash] = match ?? []
  const form = id === 'scrypt' ? 'plain' : id === 'scrypt-nfkc' ? 'nfkc' : 'firebase'
  const logN = readCount(ln)
  if (logN === undefined || logN > 31) return undefined
  return scrypt(form, { n: String(2 ** logN), r, p }, readBase64(salt ?? ''), readBase64(hash ?? ''))
}

/** A scrypt hash of these parts; undefined where one is missing or unusable. */
export function scrypt(
  form: ScryptHash['form'],
  costs: { readonly n: string | undefined; readonly r: string | undefined; readonly p: string | undefined },
  salt: Buffer | undefined,
  hash: Buffer | undefined,
): ScryptHash | undefined {
  const [n, r, p] = [readCount(costs.n), readCount(costs.r), readCount(costs.p)]
  if (n === undefined || r === undefined || p === undefined) return undefined
  const logN = Math.log2(n)
  if (!Number.isInteger(logN) || logN < 1 || salt === undefined || hash === undefined || hash.length < 16)
    return undefined
  return { kind: 'scrypt', form, logN, r, p, salt, hash }
}
