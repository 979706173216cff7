import type { Probe } from '../plan/attempt.ts'
import { isGuardsPreflight } from '../verdict.ts'
import type { FullAnswer } from './call.ts'
import type { Judged } from './judge-attempt.ts'

/**
 * What the answer to a probe shows; undefined where no handler answered.
 *
 * @param reports whether the guard of this route reports its decisions, as it did in other answers: its answer to a
 *   preflight then carries one, too
 *
 * Not a handler's: a guard's refusal, the 404 and 405 of a framework, its list of allowed methods, the answer of a
 * guard or of CORS middleware to a preflight, an echo of TRACE, and what is refused before it comes to any rule.
 */
export function judgeProbe(probe: Probe, answer: FullAnswer, reports: boolean): Judged {
  const { status, decision } = answer
  if (decision?.allowed === true && probe.declared) {
    return { verdict: 'breach', why: `the guard let ${probe.method} in without a token (answered ${status})` }
  }
  if (status >= 200 && status < 400) {
    if (decision?.allowed !== true && answeredInFront(probe, answer, reports)) return undefined
    return { verdict: 'breach', why: `a handler answered ${probe.method} without a token (${status})` }
  }
  if (status >= 500 && status !== 501 && decision?.allowed !== false) {
    const why = `answered ${probe.method} with ${status}, and no guard reported that it rejected the request: a handler may have been called`
    return { verdict: 'unproven', why }
  }
  return undefined
}

function answeredInFront(probe: Probe, answer: FullAnswer, reports: boolean): boolean {
  // whoever follows to another path meets the guard there
  if (answer.status >= 300) return !probe.declared
  if (probe.method === 'TRACE') return answer.contentType.startsWith('message/http')
  return (
    probe.method === 'OPTIONS' && (isPreflightAnswer(probe, answer, reports) || listsMethods(probe, answer))
  )
}

/**
 * Of CORS middleware, which lists the methods that it allows; or of a guard, to a complete preflight alone. A bare 204
 * without a decision is not the guard's where the guard reports its decisions.
 */
function isPreflightAnswer({ preflight, withBody }: Probe, answer: FullAnswer, reports: boolean): boolean {
  const { status, body, headers } = answer
  if (body !== '') return false
  if (isGuardsPreflight(answer)) return true
  const ofMiddleware =
    headers['access-control-allow-methods'] !== undefined ||
    headers['access-control-allow-headers'] !== undefined
  return ofMiddleware || (!reports && status === 204 && preflight === 'complete' && !withBody)
}

/** What frameworks answer by themselves where no route takes OPTIONS: `Allow`, repeated in the body or not. */
function listsMethods({ declared }: Probe, { body, headers: { allow } }: FullAnswer): boolean {
  if (declared || typeof allow !== 'string') return false
  const list = (text: string): string => text.replace(/\s/g, '')
  return body === '' || list(body) === list(allow)
}
