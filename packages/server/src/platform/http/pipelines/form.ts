import { type RouteConfig, z } from '@hono/zod-openapi'
import type { MiddlewareHandler } from 'hono'
import { UnsupportedMediaType } from '../problems.ts'
import { isProblem, type ProblemBody } from '../render.ts'
import { problemBody } from '../shapes.ts'
import type { HttpEnv } from '../variables.ts'
import { readBody } from './body.ts'

const formType = /^application\/x-www-form-urlencoded *(?:;|$)/i

/**
 * Reads the body of a form: at most 64 KiB, as application/x-www-form-urlencoded. The route finds it with
 * `c.req.text()`.
 */
export const formBody: MiddlewareHandler<HttpEnv> = async (c, next) => {
  if (c.req.method === 'GET' || c.req.method === 'HEAD') return next()
  const text = await readBody(c.req)
  const type = c.req.header('Content-Type')
  if (text !== '' && (type === undefined || !formType.test(type)))
    throw new UnsupportedMediaType('a form', 'application/x-www-form-urlencoded')
  return next()
}

/**
 * The steps of a route whose standard wants a form and answers in JSON (RFC 6749, RFC 7009, RFC 7662): `steps`, its guard
 * among them, then the body. Errors have the members of RFC 6749, section 5.2, beside those of a problem document.
 *
 * @example
 * middleware: form(guard.open('the token is the proof'))
 */
export function form<S extends readonly MiddlewareHandler[]>(
  ...steps: S
): [MiddlewareHandler<HttpEnv>, ...S, MiddlewareHandler<HttpEnv>] {
  return [oauthErrors, ...steps, formBody]
}

/** Adds to an error what OAuth clients look for; the mark of a form's route. */
export const oauthErrors: MiddlewareHandler<HttpEnv> = async (c, next) => {
  await next()
  if (!isProblem(c.res)) return
  const problem = (await c.res.json()) as ProblemBody
  const body = { error: oauthCode(problem), error_description: ascii(problem.detail), ...problem }
  c.res = new Response(JSON.stringify(body), {
    status: problem.status,
    headers: { 'Content-Type': 'application/json' },
  })
}

/** The code that RFC 6749 has for an error, or the nearest one. */
function oauthCode({ status, code }: ProblemBody): string {
  if (standardCodes.has(code)) return code
  if (status === 503) return 'temporarily_unavailable'
  return status >= 500 ? 'server_error' : 'invalid_request'
}

/** RFC 6749, sections 4.1.2.1 and 5.2; RFC 7009, section 2.2.1. */
const standardCodes = new Set([
  'invalid_client',
  'invalid_grant',
  'invalid_request',
  'invalid_scope',
  'unauthorized_client',
  'unsupported_grant_type',
  'unsupported_token_type',
])

/** The characters that RFC 6749 allows in a description: printable ASCII, without `"` and `\`. */
const ascii = (text: string): string => text.replace(/[^\x20-\x21\x23-\x5b\x5d-\x7e]/g, "'")

const oauthError = problemBody
  .extend({
    error: z
      .string()
      .openapi({ description: 'The code of RFC 6749, section 5.2.', example: 'invalid_request' }),
    error_description: z.string(),
  })
  .openapi('OAuthError')

const errorContent = { 'application/json': { schema: oauthError } }

/** Says in the description of a form's route how its errors look, those that every form has included. */
export function describeForm<R extends Pick<RouteConfig, 'responses'>>(route: R): R {
  const responses: RouteConfig['responses'] = {
    413: { description: 'The body is larger than 64 KiB.' },
    415: { description: 'The body is not a form.' },
    503: { description: 'The database cannot be reached; `Retry-After` says when to try again.' },
    ...route.responses,
  }
  const described = Object.entries(responses).map(([status, response]) => [
    status,
    Number(status) < 400 || '$ref' in response ? response : { content: errorContent, ...response },
  ])
  return { ...route, responses: Object.fromEntries(described) }
}
