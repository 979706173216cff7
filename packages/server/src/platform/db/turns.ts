/** Lets one at a time pass, in the order in which they came, each waiting for a bounded time. */
export class Turns {
  #taken = false
  readonly #waiting = new Set<() => void>()

  /** Resolves to true once it is the caller's turn, to false when `waitMs` have passed before. */
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

  /** Ends the turn; the next in line has it. */
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
