import { GuardError } from './errors.ts'

type Callable = (...args: never[]) => unknown

/**
 * Runs `work` so that the stack of a mistake found in it begins at the application's call of `below`: Node prints that
 * line, and the package's own frames, which say nothing to the reader, do not push it out.
 *
 * @example
 * function createGuard(options) {
 *   return fromCaller(createGuard, () => new GuardCore(options))
 * }
 */
export function fromCaller<T>(below: Callable, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof GuardError) Error.captureStackTrace(error, below)
    throw error
  }
}

/** Like `fromCaller`, for an asynchronous function: the line is known even if nobody awaits the result. */
export function asyncFromCaller<Args extends never[], T>(
  work: (...args: Args) => Promise<T>,
): (...args: Args) => Promise<T> {
  return async function called(...args) {
    const site: { stack?: string } = {}
    Error.captureStackTrace(site, called)
    try {
      return await work(...args)
    } catch (error) {
      if (error instanceof GuardError) {
        // for the line that Node prints above the message; then the whole stack, of which only an awaited call is left
        Error.captureStackTrace(error, called)
        error.stack = `${error.name}: ${error.message}\n${framesOf(site)}`
      }
      throw error
    }
  }
}

const framesOf = ({ stack = '' }: { stack?: string }): string =>
  stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n')
