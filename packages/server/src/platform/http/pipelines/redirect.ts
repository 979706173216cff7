import type { MiddlewareHandler } from 'hono'
import { isProblem } from '../render.ts'
import type { HttpEnv } from '../variables.ts'
import { formBody } from './form.ts'
import { showError } from './page.ts'

/**
 * The steps of a route that sends people on: `steps`, its guard among them, then the body, which is a form. The route
 * answers with `c.redirect(target, 303)`, and only to one of `targets`, letter by letter: an open redirect is a 500,
 * never followed. Errors are pages where `Accept` prefers HTML.
 *
 * @example
 * middleware: redirect(['/account'], guard.open('the code in the link is the proof'))
 */
export function redirect<S extends readonly MiddlewareHandler[]>(
  targets: readonly string[],
  ...steps: S
): [MiddlewareHandler<HttpEnv>, ...S, MiddlewareHandler<HttpEnv>] {
  const around: MiddlewareHandler<HttpEnv> = async (c, next) => {
    await next()
    if (isProblem(c.res)) return showError(c)
    const { status, body, headers } = c.res
    const target = headers.get('Location')
    if (status !== 303 || body !== null || target === null || !targets.includes(target)) {
      // an error's answer keeps the headers of the one that it replaces: this one's would still lead there
      c.res = undefined
      throw new Error('a redirect went somewhere that its route does not list')
    }
    headers.set('Cache-Control', 'no-store')
  }
  return [around, ...steps, formBody]
}
