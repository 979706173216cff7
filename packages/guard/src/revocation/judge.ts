import type { Claims } from '../verify/types.ts'
import { cuts, type RevocationSet } from './set.ts'
import { always, type Digest, digestOf, placeClaim, type Subject } from './wire.ts'

/** Decides whether a token is revoked, by the current contents of a set. */
export class Judge {
  readonly #set: RevocationSet
  readonly #names = new NameDigests()
  readonly #keys = new Map<string, { version: number; revoked: boolean }>()

  constructor(set: RevocationSet) {
    this.#set = set
  }

  /** Whether the session, the user or a role of the token has been revoked since it was made. */
  isRevoked(claims: Claims): boolean {
    const names = this.#names.of(claims)
    if (names.version === this.#set.version) return names.revoked
    const { [placeClaim]: place, iat } = claims
    const madeAt = typeof place === 'number' ? place : undefined
    names.revoked = this.#isCut(names.own, madeAt, iat) || this.#isCut(names.shared, madeAt, iat)
    names.version = this.#set.version
    return names.revoked
  }

  #isCut(digests: readonly Digest[], madeAt: number | undefined, iat: number | undefined): boolean {
    for (const digest of digests) {
      const cut = this.#set.cutOf(digest[0], digest[1], digest[2])
      if (cut !== undefined && cuts(cut, madeAt, iat)) return true
    }
    return false
  }

  /** Whether the key has been dropped. */
  isKeyRevoked(kid: string): boolean {
    const known = this.#keys.get(kid)
    if (known !== undefined && known.version === this.#set.version) return known.revoked
    const revoked = this.#set.cutOf(...this.#names.shared('kid', kid)) === always
    if (this.#keys.size >= 256) this.#keys.clear()
    this.#keys.set(kid, { version: this.#set.version, revoked })
    return revoked
  }
}

/** The most names whose digests are cached: roles and keys are few, and most tokens share them. */
const maxSharedNames = 4096

/** The digests of the names in a token, and the last result for them. */
export interface TokenNames {
  readonly own: readonly Digest[]
  readonly shared: readonly Digest[]
  /** The version of the set for which `revoked` was determined. */
  version: number
  revoked: boolean
}

/** Computes the digests of a token's names once: a cached token is the same object on every request. */
export class NameDigests {
  readonly #tokens = new WeakMap<Claims, TokenNames>()
  readonly #shared = new Map<string, Digest>()

  of(claims: Claims): TokenNames {
    const known = this.#tokens.get(claims)
    if (known !== undefined) return known
    const own: Digest[] = []
    if (typeof claims.sid === 'string') own.push(digestOf('sid', claims.sid))
    if (typeof claims.sub === 'string') own.push(digestOf('sub', claims.sub))
    const roles = Array.isArray(claims.roles) ? claims.roles : []
    const shared = roles.filter((role) => typeof role === 'string').map((role) => this.shared('role', role))
    const names = { own, shared, version: -1, revoked: false }
    this.#tokens.set(claims, names)
    return names
  }

  shared(subject: Subject, name: string): Digest {
    const key = `${subject} ${name}`
    const known = this.#shared.get(key)
    if (known !== undefined) return known
    if (this.#shared.size >= maxSharedNames) this.#shared.clear()
    const digest = digestOf(subject, name)
    this.#shared.set(key, digest)
    return digest
  }
}
