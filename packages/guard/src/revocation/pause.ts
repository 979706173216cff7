/** Waits without keeping the process alive, and ends at once when cancelled. */
export class Pause {
  readonly #cancel: AbortSignal

  constructor(cancel: AbortSignal) {
    this.#cancel = cancel
  }

  /** Waits for `ms` milliseconds. */
  for(ms: number): Promise<void> {
    if (this.#cancel.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer)
        this.#cancel.removeEventListener('abort', done)
        resolve()
      }
      const timer = setTimeout(done, ms)
      timer.unref()
      this.#cancel.addEventListener('abort', done, { once: true })
    })
  }
}
