import type { Claims } from '../verify/types.ts'
import { type Digest, digestOf, type Subject } from './wire.ts'

/** Names that are kept with their digests: roles and keys are few, and most tokens name the same ones. */
const maxSharedNames = 4096

/** The digests of the names in a token, and what was last found about them. */
export interface TokenNames {
  readonly own: readonly Digest[]
  readonly shared: readonly Digest[]
  /** The version of the set that `revoked` was found in. */
  version: number
  revoked: boolean
}

/** Works out the digests of a token's names once: a token that is remembered is the same object on every request. */
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
