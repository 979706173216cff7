import { TokenError, UnavailableError } from '../errors.ts'
import type { Demand } from './attempt.ts'
import type { Presented } from './bearer.ts'
import type { Plan } from './plan.ts'
import type { Refused } from './types.ts'

/** A browser asks before it sends the real request: the guard answers, and nothing behind it runs. */
export const preflight: Refused = Object.freeze({
  allowed: false,
  status: 204,
  error: undefined,
  reason: 'preflight',
  detail: 'The guard answered a CORS preflight.',
})

/** No token came (RFC 6750, section 3.1: the challenge then names no error). */
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

/** No rule was met; `note` says what else would have to be so. */
export const notAllowed = ({ printed, scope }: Plan, note: string | undefined): Refused => ({
  allowed: false,
  status: 403,
  error: 'insufficient_scope',
  reason: 'rule_not_met',
  detail: note === undefined ? 'You may not do this.' : `You may not do this. ${note}`,
  ...(scope === undefined ? {} : { scope }),
  rules: printed,
})

/** Everything holds but how or when the caller signed in (RFC 9470). */
export const stepUpDemanded = ({ printed }: Plan, { acr, maxAge }: Demand): Refused => ({
  allowed: false,
  status: 401,
  error: 'insufficient_user_authentication',
  reason: 'step_up',
  detail:
    maxAge === undefined
      ? 'This needs a stronger sign-in.'
      : `This needs a sign-in at most ${maxAge} seconds old${acr === undefined ? '' : ', and a stronger one'}.`,
  ...(acr === undefined ? {} : { acrValues: acr }),
  ...(maxAge === undefined ? {} : { maxAge }),
  rules: printed,
})

/** Turns what verification threw into a refusal; anything unexpected is not the caller's to see. */
export function refusalOf(error: unknown): Refused | undefined {
  if (error instanceof TokenError) return badToken(error)
  return error instanceof UnavailableError ? unavailable(error) : undefined
}
