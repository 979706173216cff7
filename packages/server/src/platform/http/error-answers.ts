import { type DomainError, TooManyAttempts } from '../errors.ts'
import { rateLimitHeaders } from '../rate-limit.ts'
import { MethodNotAllowed } from './problems.ts'

/** How an error is answered: its status, or a status and what belongs to it in the headers. */
export type ErrorAnswer =
  | number
  | {
      readonly status: number
      headers(error: DomainError): Readonly<Record<string, string>>
    }

/** The answers to errors, by their codes. */
export type ErrorAnswers = Readonly<Record<string, ErrorAnswer>>

/** The answers to the platform's own errors. */
export const platformErrors: ErrorAnswers = {
  hash_queue_full: 503,
  database_unavailable: 503,
  database_busy: 503,
  invalid_input: 422,
  too_many_attempts: {
    status: 429,
    headers: (error) =>
      error instanceof TooManyAttempts && error.limit !== undefined ? rateLimitHeaders(error.limit) : {},
  },
  unavailable: 503,
  malformed_body: 400,
  malformed_request: 400,
  headers_too_large: 431,
  request_timeout: 408,
  unsupported_media_type: 415,
  body_too_large: 413,
  route_not_found: 404,
  method_not_allowed: {
    status: 405,
    headers: (error) => (error instanceof MethodNotAllowed ? { Allow: error.allowed.join(', ') } : {}),
  },
}

/**
 * One table from several.
 *
 * @throws Error for a code that two of them have, and for a status that is not an error's
 */
export function mergeErrors(tables: readonly ErrorAnswers[]): ErrorAnswers {
  const merged = new Map<string, ErrorAnswer>()
  for (const [code, answer] of tables.flatMap((table) => Object.entries(table))) {
    const status = typeof answer === 'number' ? answer : answer.status
    if (merged.has(code)) throw new Error(`two tables of errors have the code ${code}`)
    if (!Number.isInteger(status) || status < 400 || status > 599)
      throw new Error(`${status} is not a status for the error ${code}`)
    merged.set(code, answer)
  }
  return Object.fromEntries(merged)
}

/** The status and the headers of an error; undefined for one that no table has. */
export function answerOf(
  error: DomainError,
  answers: ErrorAnswers,
): { status: number; headers: Record<string, string> } | undefined {
  const answer = Object.hasOwn(answers, error.code) ? answers[error.code] : undefined
  if (answer === undefined) return undefined
  const { retryAfterMs } = error
  const retry =
    retryAfterMs === undefined ? {} : { 'Retry-After': String(Math.max(1, Math.ceil(retryAfterMs / 1000))) }
  return typeof answer === 'number'
    ? { status: answer, headers: retry }
    : { status: answer.status, headers: { ...retry, ...answer.headers(error) } }
}
