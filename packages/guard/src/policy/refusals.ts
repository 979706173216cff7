import { TokenError, UnavailableError } from '../errors.ts'
import type { Demand } from './attempt.ts'
import type { Plan } from './plan.ts'
import type { Presented } from './request-headers.ts'
import type { ProblemDocument, Refused } from './types.ts'

/** A browser asks before it sends the real request: the guard answers, and the handler does not run. */
export const preflight: Refused = Object.freeze({
  allowed: false,
  status: 204,
  error: undefined,
  reason: 'preflight',
  detail: 'The guard answered a CORS preflight.',
})

/** Missing token (RFC 6750, section 3.1: the challenge then names no error). */
export const noToken: Refused = Object.freeze({
  allowed: false,
  status: 401,
  error: undefined,
  reason: 'no_token',
  detail: 'Sign in, and send the access token as "Authorization: Bearer …".',
})

export function malformedHeader({ detail, repeated }: Extract<Presented, { kind: 'malformed' }>): Refused {
  return {
    allowed: false,
    status: 400,
    error: 'invalid_request',
    reason: repeated ? 'repeated_header' : 'malformed_header',
    detail,
  }
}

export const badToken = (error: TokenError): Refused => ({
  allowed: false,
  status: 401,
  error: 'invalid_token',
  reason: error.code,
  detail: error.message,
})

export const unavailable = (error: UnavailableError): Refused => ({
  allowed: false,
  status: 503,
  error: 'temporarily_unavailable',
  reason: error.code,
  detail: error.message,
  retryAfter: Math.max(1, Math.ceil(error.retryAfter)),
})

/** No rule was met; `note` says what else is required. */
export const notAllowed = ({ printed, scope }: Plan, note: string | undefined): Refused => ({
  allowed: false,
  status: 403,
  error: 'insufficient_scope',
  reason: 'rule_not_met',
  detail: note === undefined ? 'You may not do this.' : `You may not do this. ${note}`,
  ...(scope === undefined ? {} : { scope }),
  rules: printed,
})

/** Everything is met except how or when the caller signed in (RFC 9470). */
export const stepUpDemanded = ({ printed }: Plan, { acr, maxAge }: Demand): Refused => ({
  allowed: false,
  status: 401,
  error: 'insufficient_user_authentication',
  reason: 'step_up',
  detail:
    maxAge === undefined
      ? 'This requires a stronger sign-in.'
      : `This requires a sign-in at most ${maxAge} seconds old${acr === undefined ? '' : ', and a stronger one'}.`,
  ...(acr === undefined ? {} : { acrValues: acr }),
  ...(maxAge === undefined ? {} : { maxAge }),
  rules: printed,
})

/** Turns what verification threw into a refusal; unexpected errors are not for the caller to see. */
export function refusalOf(error: unknown): Refused | undefined {
  if (error instanceof TokenError) return badToken(error)
  return error instanceof UnavailableError ? unavailable(error) : undefined
}

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

// no headers: CORS ones are set by the middleware in front, which knows the origins
const noContent: Answer = Object.freeze({ status: 204, headers: Object.freeze({}), body: undefined })

const wentWrong = 'Something went wrong.'

/** What a caller sees when a handler failed: nothing about the error, which may contain secrets. */
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
