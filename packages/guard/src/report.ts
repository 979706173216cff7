/** Called with what went wrong inside the guard: an error, and what was being done. */
export type Report = (error: unknown, what: string) => void

export function warn(error: unknown, what: string): void {
  console.warn(`[gatehouse] ${what}: ${error instanceof Error ? error.message : String(error)}`)
}

/** `onError`, or warnings without one. If it throws, no token is refused because of it, and both errors are seen. */
export function reportTo(onError: Report | undefined): Report {
  if (onError === undefined) return warn
  return (error, what) => {
    try {
      onError(error, what)
    } catch (thrown) {
      warn(error, what)
      warn(thrown, 'onError threw')
    }
  }
}
