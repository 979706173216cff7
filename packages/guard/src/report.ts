/** Called with what went wrong inside the guard: an error, and what was being done. */
export type Report = (error: unknown, what: string) => void

export function warn(error: unknown, what: string): void {
  console.warn(`[gatehouse] ${what}: ${reasonOf(error)}`)
}

/**
 * Why something failed, in one line. The most telling part of an error is often not its message: `fetch` says "fetch
 * failed" and has a cause, and a connection that was tried at several addresses has an empty message and a code.
 */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { message, cause } = error
  if (message === 'fetch failed' && cause instanceof Error) return reasonOf(cause)
  if (message !== '') return message
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
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
