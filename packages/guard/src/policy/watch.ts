import type { GuardOptions } from '../options.ts'
import type { KnownCaller } from './caller.ts'

/** Milliseconds between two checks of the tokens behind open streams. */
const interval = 250

interface Watched {
  readonly identity: KnownCaller
  readonly end: () => void
}

/** Watches streams and sockets, which outlive their requests: they end when their token does. */
export class Watch {
  readonly #options: GuardOptions
  readonly #watched = new Set<Watched>()
  #timer: NodeJS.Timeout | undefined

  constructor(options: GuardOptions) {
    this.#options = options
  }

  /** Calls `end` at most once; returns the function that stops watching. */
  add(identity: KnownCaller, end: () => void): () => void {
    const watched = { identity, end }
    this.#watched.add(watched)
    this.#timer ??= setInterval(() => this.#look(), interval).unref()
    return () => this.#remove(watched)
  }

  close(): void {
    this.#watched.clear()
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  #remove(watched: Watched): void {
    this.#watched.delete(watched)
    if (this.#watched.size === 0) this.close()
  }

  #look(): void {
    const { clock, clockTolerance = 60 } = this.#options
    const now = clock === undefined ? Date.now() / 1000 : clock()
    for (const watched of this.#watched) {
      const { claims } = watched.identity
      if (claims.exp === undefined || now - clockTolerance >= claims.exp) this.#end(watched)
      else this.#ask(watched)
    }
  }

  #ask(watched: Watched): void {
    const { claims, kid, token, issuer } = watched.identity
    const source = issuer.revocation
    if (source === undefined) return
    const standing = source.standing(claims, kid, token)
    if (standing === 'revoked') this.#end(watched)
    // one that cannot be asked now is asked again next time
    else if (standing instanceof Promise)
      standing.then(
        (settled) => settled === 'revoked' && this.#end(watched),
        () => {},
      )
  }

  #end(watched: Watched): void {
    if (!this.#watched.has(watched)) return
    this.#remove(watched)
    watched.end()
  }
}
