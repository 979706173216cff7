import type { Probe } from '../plan/attempt.ts'
import type { FullAnswer } from './call.ts'
import type { Judged } from './judge-attempt.ts'

/**
 * What the answer to a probe shows; undefined where no handler answered.
 *
 * Not a handler's: a guard's refusal, the 404 and 405 of a framework, its list of allowed methods, the answer of a
 * guard or of CORS middleware to a preflight, an echo of TRACE, and what is refused before it comes to any rule.
 */
export function judgeProbe(probe: Probe, answer: FullAnswer): Judged {
  const { status, decision } = answer
  if (decision?.allowed === true && probe.declared) {
    return { verdict: 'breach', why: `the guard let ${probe.method} in without a token (answered ${status})` }
  }
  if (status >= 200 && status < 400) {
    if (decision?.allowed !== true && answeredInFront(probe, answer)) return undefined
    return { verdict: 'breach', why: `a handler answered ${probe.method} without a token (${status})` }
  }
  if (status >= 500 && status !== 501 && decision?.allowed !== false) {
    const why = `answered ${probe.method} with ${status}, and no guard told that it refused: a handler may have been called`
    return { verdict: 'unproven', why }
  }
  return undefined
}

function answeredInFront(probe: Probe, answer: FullAnswer): boolean {
  // whoever follows to another path meets the guard there
  if (answer.status >= 300) return !probe.declared
  if (probe.method === 'TRACE') return answer.contentType.startsWith('message/http')
  return probe.method === 'OPTIONS' && (isPreflightAnswer(probe, answer) || listsMethods(probe, answer))
}

/** Of CORS middleware, which tells the methods that it allows; or of a guard, to a complete preflight alone. */
function isPreflightAnswer({ preflight, withBody }: Probe, { status, body, headers }: FullAnswer): boolean {
  if (body !== '') return false
  const ofMiddleware =
    headers['access-control-allow-methods'] !== undefined ||
    headers['access-control-allow-headers'] !== undefined
  return ofMiddleware || (status === 204 && preflight === 'complete' && !withBody)
}

/** What frameworks answer by themselves where no route takes OPTIONS: `Allow`, repeated in the body or not. */
function listsMethods({ declared }: Probe, { body, headers: { allow } }: FullAnswer): boolean {
  if (declared || typeof allow !== 'string') return false
  const list = (text: string): string => text.replace(/\s/g, '')
  return body === '' || list(body) === list(allow)
}
