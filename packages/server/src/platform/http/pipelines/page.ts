import type { Context, MiddlewareHandler } from 'hono'
import { accepts } from 'hono/accepts'
import { html } from 'hono/html'
import { isProblem, type ProblemBody } from '../render.ts'
import type { HttpEnv } from '../variables.ts'
import { formBody } from './form.ts'

export interface PageOptions {
  /** What the page may load, run and send (Content Security Policy, level 3). */
  readonly policy: string
  /** For a page that is the same for everyone. Without it, no cache keeps the page. */
  readonly cacheControl?: string
  /** Whether the page may send people to `target`. Without it, it sends them nowhere. */
  readonly redirects?: (target: string) => boolean
  /** The answer to a problem, where it is not to be the plain page; undefined for the problem document itself. */
  readonly problem?: (c: Context<HttpEnv>, problem: ProblemBody) => Answer | undefined
}

type Answer = Response | Promise<Response>

/**
 * The steps of a route that answers people with a page: `steps`, its guard among them, then the body, which is a form.
 * Errors are pages, too, where `Accept` prefers HTML.
 *
 * @example
 * middleware: page({ policy }, guard.open('the page to sign in on'))
 */
export function page<S extends readonly MiddlewareHandler[]>(
  { policy, cacheControl, redirects = () => false, problem }: PageOptions,
  ...steps: S
): [MiddlewareHandler<HttpEnv>, ...S, MiddlewareHandler<HttpEnv>] {
  const around: MiddlewareHandler<HttpEnv> = async (c, next) => {
    await next()
    if (isProblem(c.res)) {
      if (problem === undefined) return showError(c)
      const shown = await problem(c, (await c.res.clone().json()) as ProblemBody)
      if (shown !== undefined) c.res = shown
    }
    const { headers } = c.res
    const target = headers.get('Location')
    if (target !== null && !redirects(target)) {
      // an error's answer keeps the headers of the one that it replaces: this one's would still lead there
      c.res = undefined
      throw new Error('a page sent somebody to a place that it may not')
    }
    headers.append('Vary', 'Accept')
    if (headers.get('Content-Type')?.startsWith('text/html')) headers.set('Content-Security-Policy', policy)
    if (cacheControl !== undefined && !headers.has('Cache-Control'))
      headers.set('Cache-Control', cacheControl)
  }
  return [around, ...steps, formBody]
}

/** Whether a person is to read the answer, rather than a program. */
export const prefersPage = (c: Context): boolean =>
  accepts(c, {
    header: 'Accept',
    supports: ['application/json', 'text/html'],
    default: 'application/json',
  }) === 'text/html'

/** Turns the problem document that a request was answered with into a page, where `Accept` prefers one. */
export async function showError(c: Context<HttpEnv>): Promise<void> {
  c.res.headers.append('Vary', 'Accept')
  if (!prefersPage(c)) return
  const { status, title, detail } = (await c.res.json()) as ProblemBody
  const text = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
</head>
<body>
<h1>${title}</h1>
<p>${detail}</p>
<p><small>Request ${c.get('requestId')}</small></p>
</body>
</html>
`
  c.res = new Response(String(await text), {
    status,
    headers: { 'Content-Type': 'text/html; charset=UTF-8', 'Content-Security-Policy': errorPolicy },
  })
}

/** A page that only says something: nothing in it loads, runs, is framed or sent. */
const errorPolicy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
