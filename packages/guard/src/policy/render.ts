import type { ProblemDocument } from './problem.ts'
import type { Refused } from './types.ts'

/** A refusal as HTTP has it: the same on every framework. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** An `application/problem+json` document (RFC 9457); none with a 204. */
  readonly body: ProblemDocument | undefined
}

/** The body of an answer as it is sent. */
export const textOf = ({ body }: Answer): string | null => (body === undefined ? null : JSON.stringify(body))

const problemHeaders = { 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store' }

// no header either: those of CORS are for the middleware in front, which knows the origins
const noContent: Answer = Object.freeze({ status: 204, headers: Object.freeze({}), body: undefined })

const wentWrong = 'Something went wrong.'

/** What a caller is told when a handler failed: nothing of the error, which may hold secrets. */
export const handlerFailed: Answer = Object.freeze({
  status: 500,
  headers: Object.freeze(problemHeaders),
  body: Object.freeze({
    type: 'urn:gatehouse:problem:internal_error',
    title: 'Internal server error',
    status: 500,
    detail: wentWrong,
    err: wentWrong,
    code: 'internal_error',
  }),
})

const titles: Readonly<Record<Exclude<Refused['status'], 204>, string>> = {
  400: 'Bad request',
  401: 'Unauthorized',
  403: 'Forbidden',
  503: 'Service unavailable',
}

/**
 * Renders a refusal (RFC 6750, section 3; RFC 9457; RFC 9470).
 */
export function render(refused: Refused, realm: string): Answer {
  const { status, detail, reason, retryAfter } = refused
  if (status === 204) return noContent
  const title = titles[status]
  return {
    status,
    headers: {
      ...problemHeaders,
      ...(status === 503 ? {} : { 'WWW-Authenticate': challenge(refused, realm) }),
      ...(retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) }),
    },
    body: {
      type: `urn:gatehouse:problem:${reason}`,
      title,
      status,
      detail,
      err: reason === 'no_token' ? title : detail,
      code: reason,
    },
  }
}

function challenge({ error, detail, scope, acrValues, maxAge }: Refused, realm: string): string {
  // RFC 6750, section 3: at least one parameter, so there is always a realm
  const parameters = [
    `realm="${quotable(realm)}"`,
    ...(error === undefined ? [] : [`error="${error}"`, `error_description="${quotable(detail)}"`]),
    ...(scope === undefined ? [] : [`scope="${scope}"`]),
    ...(acrValues === undefined ? [] : [`acr_values="${acrValues}"`]),
    ...(maxAge === undefined ? [] : [`max_age="${maxAge}"`]),
  ]
  return `Bearer ${parameters.join(', ')}`
}

/** No quote, no backslash, ASCII only. */
const quotable = (text: string): string => text.replace(/["\\]/g, "'").replace(/[^\x20-\x7e]/g, '?')
