/** Admits one caller at a time, in order of arrival, each waiting for a limited time. */
export class Turns {
  #taken = false
  readonly #waiting = new Set<() => void>()

  /** Resolves to true once it is the caller's turn, or to false after `waitMs`. */
  take(waitMs: number): Promise<boolean> {
    if (!this.#taken) {
      this.#taken = true
      return Promise.resolve(true)
    }
    return new Promise((resolve) => {
      const called = (): void => {
        clearTimeout(timer)
        resolve(true)
      }
      const timer = setTimeout(() => {
        this.#waiting.delete(called)
        resolve(false)
      }, waitMs)
      this.#waiting.add(called)
    })
  }

  /** Ends the turn, and admits the next in line. */
  give(): void {
    const [next] = this.#waiting
    if (next === undefined) {
      this.#taken = false
      return
    }
    this.#waiting.delete(next)
    next()
  }
}
