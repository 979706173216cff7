/** Lets time pass. Injected, so that tests hold it. */
export interface Timer {
  /** Milliseconds of a clock that never goes back. */
  now(): number
  /** Runs `work` after so many milliseconds; call the returned function to cancel it. */
  after(ms: number, work: () => void): () => void
}

/** The machine's own; it does not keep the process. */
export const systemTimer: Timer = {
  now: () => performance.now(),
  after(ms, work) {
    const timer = setTimeout(work, ms).unref()
    return () => clearTimeout(timer)
  },
}
