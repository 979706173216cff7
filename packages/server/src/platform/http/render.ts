import { STATUS_CODES } from 'node:http'
import { asUnavailable } from '../db/errors.ts'
import { DomainError } from '../errors.ts'
import { answerOf, type ErrorAnswers } from './error-answers.ts'

/** The body of an error answer (RFC 9457), with `err` beside the standard's members. */
export interface ProblemBody {
  type: string
  title: string
  status: number
  detail: string
  /** One short sentence: the detail, or the title. */
  err: string
  request_id: string
  code: string
  errors?: readonly { field: string; code: string; detail: string }[]
}

const problemType = 'application/problem+json'

/** The problem type of a code (RFC 9457). */
const typeOf = (code: string): string => `urn:gatehouse:problem:${code}`

/**
 * The answer to an error. Only a DomainError that `answers` has shows its text; any other error becomes a plain 500 that
 * reveals nothing.
 */
export function problemResponse(error: unknown, requestId: string, answers: ErrorAnswers): Response {
  const known = error instanceof DomainError ? error : asUnavailable(error)
  const answer = known && answerOf(known, answers)
  if (known === undefined || answer === undefined)
    return render({ code: 'internal_error', title: 'Internal server error' }, 500, {}, requestId)
  return render(known, answer.status, answer.headers, requestId)
}

/** Whether an answer is a problem document, the guard's own included. */
export const isProblem = ({ headers }: Response): boolean => headers.get('Content-Type') === problemType

/** Whether callers may see the error; any other is logged in full. */
export function isExpected(error: unknown, answers: ErrorAnswers): boolean {
  const known = error instanceof DomainError ? error : asUnavailable(error)
  return known !== undefined && answerOf(known, answers) !== undefined
}

function render(
  { code, title, detail, errors, members }: Pick<DomainError, 'code' | 'title'> & Partial<DomainError>,
  status: number,
  headers: Readonly<Record<string, string>>,
  requestId: string,
): Response {
  const text = detail ?? `${title || STATUS_CODES[status] || 'Error'}.`
  const body: ProblemBody = {
    ...members,
    type: typeOf(code),
    title,
    status,
    detail: text,
    err: text,
    request_id: requestId,
    code,
  }
  if (errors !== undefined) body.errors = errors
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'Content-Type': problemType, 'Cache-Control': 'no-store', ...headers },
  })
}
