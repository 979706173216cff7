import type { Logger } from '../../platform/log.ts'

/** Changes found by polling that LISTEN, if it worked, would have announced. */
const suspicious = 8

/**
 * Notices that LISTEN is on and brings nothing, as behind a transaction pooler, and logs it once: polling finds
 * everything in time, but somebody may wonder what the pooler's log is full of.
 */
export class ListenMonitor {
  readonly #log: Logger
  #state: 'silent' | 'listening' | 'working' | 'reported' = 'silent'
  #missed = 0

  constructor(log: Logger) {
    this.#log = log
  }

  /** A connection has said LISTEN. */
  began(): void {
    if (this.#state === 'silent') this.#state = 'listening'
  }

  signalled(): void {
    this.#state = 'working'
  }

  /** Polling found a change. */
  found(): void {
    if (this.#state !== 'listening') return
    this.#missed += 1
    if (this.#missed < suspicious) return
    this.#state = 'reported'
    this.#log.info(
      {},
      'LISTEN unavailable; polling instead, four times a second. Behind a transaction pooler, set DATABASE_LISTEN=off',
    )
  }
}
