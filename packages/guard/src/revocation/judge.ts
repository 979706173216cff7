import type { Claims } from '../verify/types.ts'
import { NameDigests } from './names.ts'
import { cuts, type RevocationSet } from './set.ts'
import { always, type Digest, placeClaim } from './wire.ts'

/** Says whether a token is revoked, by what a set holds at this moment. */
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
