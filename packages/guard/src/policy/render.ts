import type { ProblemDocument } from './problem.ts'
import type { Refused } from './types.ts'

/** A refusal as HTTP has it: the same on every framework. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** An `application/problem+json` document (RFC 9457). */
  readonly body: ProblemDocument
}

const titles: Readonly<Record<Refused['status'], string>> = {
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
  const title = titles[status]
  return {
    status,
    headers: {
      'Content-Type': 'application/problem+json',
      'Cache-Control': 'no-store',
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
