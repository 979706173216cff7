import { STATUS_CODES } from 'node:http'
import { asUnavailable } from '../db/errors.ts'
import { Problem } from '../errors.ts'

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

/** The answer to an error. Only a Problem shows its text; any other error becomes a plain 500 that reveals nothing. */
export function problemResponse(error: unknown, requestId: string): Response {
  const problem = error instanceof Problem ? error : asUnavailable(error)
  if (problem === undefined)
    return render(500, 'internal_error', 'Internal server error', undefined, undefined, {}, requestId)
  return render(
    problem.status,
    problem.code,
    problem.title,
    problem.detail,
    problem.errors,
    problem.headers,
    requestId,
  )
}

/** Whether an answer is a problem document, the guard's own included. */
export const isProblem = ({ headers }: Response): boolean => headers.get('Content-Type') === problemType

/** Whether callers may see the error; any other is logged in full. */
export const isExpected = (error: unknown): boolean =>
  error instanceof Problem || asUnavailable(error) !== undefined

function render(
  status: number,
  code: string,
  title: string,
  detail: string | undefined,
  errors: Problem['errors'],
  headers: Readonly<Record<string, string>>,
  requestId: string,
): Response {
  const text = detail ?? `${title || STATUS_CODES[status] || 'Error'}.`
  const body: ProblemBody = {
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
