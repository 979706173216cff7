/** The part of an OpenAPI document that is completed here. */
export interface DescribedPaths {
  readonly paths?: Readonly<Record<string, object>>
}

interface Operation {
  readonly security?: unknown
  readonly parameters?: readonly { readonly in: string }[]
  readonly responses: Record<string, { readonly description: string; readonly content?: object }>
}

const methods = ['get', 'put', 'post', 'delete', 'patch'] as const

/** What a route's pipeline can answer, whatever the route is: it looks at every body that comes. */
const anywhere = { 503: 'The database cannot be reached; `Retry-After` says when to try again.' }
const withBody = {
  400: 'The body is not well-formed JSON.',
  413: 'The body is larger than 64 KiB.',
  415: 'The body is not JSON.',
  422: 'One entry for each invalid field.',
}
const withQuery = { 422: 'One entry for each invalid parameter.' }
const withToken = { 400: 'A malformed Authorization header.', 401: 'Not signed in.' }

/**
 * Adds to each operation the errors that its pipeline answers with, so that no route has to repeat them or can forget
 * one, and describes all errors as problem documents.
 */
export function completeResponses<D extends DescribedPaths>(document: D): D {
  for (const path of Object.values(document.paths ?? {})) {
    for (const [method, operation] of Object.entries(path) as [string, Operation][]) {
      if (!methods.some((known) => known === method)) continue
      const { security, parameters = [], responses } = operation
      const shared: Record<string, string> = {
        // a form says itself how its body is refused
        ...(method === 'get' || 413 in responses ? {} : withBody),
        ...(parameters.some((parameter) => parameter.in === 'query') ? withQuery : {}),
        ...(security === undefined ? {} : withToken),
        ...anywhere,
      }
      for (const [status, description] of Object.entries(shared)) responses[status] ??= { description }
      for (const [status, response] of Object.entries(responses)) {
        if (Number(status) >= 400) responses[status] = { content: problem, ...response }
      }
    }
  }
  return document
}

const problem = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } }
