import type { Logger } from '../../platform/log.ts'

/** Looks that found something which LISTEN, did it work, would have told of. */
const suspicious = 8

/**
 * Notices that LISTEN is on and brings nothing, as behind a transaction pooler, and says so once: nothing is wrong with
 * what is known then, but somebody may wonder what the pooler's log is full of.
 */
export class Hearing {
  readonly #log: Logger
  #state: 'silent' | 'listening' | 'heard' | 'told' = 'silent'
  #unheard = 0

  constructor(log: Logger) {
    this.#log = log
  }

  /** There is a connection that has said LISTEN. */
  began(): void {
    if (this.#state === 'silent') this.#state = 'listening'
  }

  heard(): void {
    this.#state = 'heard'
  }

  /** A look at the database found something new. */
  found(): void {
    if (this.#state !== 'listening') return
    this.#unheard += 1
    if (this.#unheard < suspicious) return
    this.#state = 'told'
    this.#log.info(
      {},
      'LISTEN hears nothing, as behind a transaction pooler; looking four times a second does. DATABASE_LISTEN=off spares the attempt',
    )
  }
}
