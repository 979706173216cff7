/** The parts of an OpenAPI document that are completed here. */
export interface DescribedPaths {
  readonly paths?: Readonly<Record<string, object>>
}

interface Operation {
  readonly requestBody?: unknown
  readonly security?: unknown
  readonly responses: Record<string, unknown>
}

const methods = ['get', 'put', 'post', 'delete', 'patch'] as const

/** What the pipeline around the routes can answer, whichever the route is. */
const anywhere = { 503: 'The database cannot be reached; `Retry-After` says when to try again.' }
const withBody = {
  400: 'The body is not well-formed JSON.',
  413: 'The body is larger than 64 KiB.',
  415: 'The body is not JSON.',
  422: 'One entry for each bad field.',
}
const withToken = { 400: 'A malformed Authorization header.', 401: 'Not signed in.' }

/**
 * Adds to each operation the errors that do not come from its route: they are the same everywhere, so that no route
 * has to repeat them, and none can forget one.
 */
export function completeResponses<D extends DescribedPaths>(document: D): D {
  for (const path of Object.values(document.paths ?? {})) {
    for (const [method, operation] of Object.entries(path) as [string, Operation][]) {
      if (!methods.some((known) => known === method)) continue
      const { requestBody, security, responses } = operation
      const shared: Record<string, string> = {
        ...(requestBody === undefined ? {} : withBody),
        ...(security === undefined ? {} : withToken),
        ...anywhere,
      }
      for (const [status, description] of Object.entries(shared)) responses[status] ??= problem(description)
    }
  }
  return document
}

function problem(description: string): object {
  const schema = { $ref: '#/components/schemas/Problem' }
  return { description, content: { 'application/problem+json': { schema } } }
}
