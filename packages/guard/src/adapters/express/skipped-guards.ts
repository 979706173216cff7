import type { NextFunction, Request, Response } from 'express'
import { ConfigurationError } from '../../errors.ts'
import { declarationOf } from '../../routes/declared.ts'
import type { Middleware } from './enforce.ts'
import type { Layer } from './layers.ts'

/** A guard that Express passed over, and what the request looked like at its place. */
interface Skipped {
  readonly guard: Middleware
  readonly place: Pick<Request, 'url' | 'baseUrl' | 'params'>
}

type HandleError = (
  this: Layer,
  error: unknown,
  request: Request,
  response: Response,
  next: NextFunction,
) => void

/** By the `next` that all functions of one pass through a router, or through a route, have in common. */
const skippedIn = new WeakMap<NextFunction, Skipped[]>()
const patched = new WeakSet<object>()

/**
 * Express calls no guard while it looks for an error handler. If one recovers (it calls `next()` without the error), the
 * request would go on to handlers behind guards that never ran. So the guards that were skipped run then, in order,
 * before anything else does.
 *
 * @param layer any layer: all of one copy of Express share the method that this replaces
 * @throws ConfigurationError for an Express that has no such method
 */
export function runSkippedGuards(layer: Layer): void {
  const prototype = Object.getPrototypeOf(layer) as Record<string, HandleError | undefined>
  if (patched.has(prototype)) return
  // Express 5 and Express 4
  const name = ['handleError', 'handle_error'].find((each) => typeof prototype[each] === 'function')
  const original = name === undefined ? undefined : prototype[name]
  if (name === undefined || original === undefined)
    throw new ConfigurationError(
      'This is neither Express 5 nor 4: the guard cannot see how it handles errors.',
    )
  prototype[name] = function handleError(error, request, response, next) {
    const { handle } = this
    if (declarationOf(handle) !== undefined) {
      const { url, baseUrl, params } = request
      const skipped = { guard: handle as Middleware, place: { url, baseUrl, params } }
      skippedIn.set(next, [...(skippedIn.get(next) ?? []), skipped])
    }
    const skipped = skippedIn.get(next)
    const recovers = skipped !== undefined && typeof handle === 'function' && handle.length === 4
    const goOn = recovers ? throughGuards(skipped, request, response, next) : next
    original.call(this, error, request, response, goOn)
  }
  patched.add(prototype)
}

/** The `next` of an error handler behind skipped guards. */
function throughGuards(
  skipped: readonly Skipped[],
  request: Request,
  response: Response,
  next: NextFunction,
): NextFunction {
  const own = request.next === next
  const goOn = (error?: unknown): void => {
    // what Express takes for an error, and leaving the router altogether, reach nothing that these guards are for
    if (error !== undefined && error !== null && error !== 'route' && error) {
      if (own) request.next = next
      next(error)
      return
    }
    runFrom(0)
    function runFrom(at: number): void {
      const each = skipped[at]
      if (each === undefined) {
        skippedIn.delete(next)
        if (own) request.next = next
        next(error)
        return
      }
      const { url, baseUrl, params } = request
      const back = { url, baseUrl, params }
      Object.assign(request, each.place)
      each.guard(request, response, (failure?: unknown) => {
        Object.assign(request, back)
        if (failure === undefined) runFrom(at + 1)
        else next(failure)
      })
    }
  }
  // the same function by another name
  if (own) request.next = goOn as NextFunction
  return goOn as NextFunction
}
