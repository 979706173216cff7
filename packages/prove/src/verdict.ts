import type { CallerKind } from './callers.ts'

/**
 * What one call showed.
 *
 * - `held`: a caller was rejected who is not allowed, or let in who is
 * - `breach`: a caller got in who is not allowed
 * - `locked-out`: an allowed caller was rejected
 * - `guard-only`: the guard let an allowed caller in, but no caller of the route got a 2xx or 3xx
 * - `unproven`: the answer says nothing about the rule (a 400 before the guard, a 404, a 500)
 * - `skipped`: the configuration says not to call the route, and why
 * - `not-tried`: the call was not made, and `why` says what is missing
 */
export type Verdict = 'held' | 'breach' | 'locked-out' | 'guard-only' | 'unproven' | 'not-tried' | 'skipped'

/** The guard's own decision about a request, which it sends only to a client that presents the run's nonce. */
export interface ReportedDecision {
  allowed: boolean
  status?: number
  reason?: string
  rule?: string
}

/** What came back for one call. */
export interface Answer {
  status: number
  decision: ReportedDecision | undefined
}

/** One call of one route as one kind of caller, and what it showed. */
export interface Finding {
  route: string
  caller: CallerKind
  /** Who exactly, for a person: `member`, `admin`, `another owner`. */
  as: string
  /** How the request differed from the plain one: `HEAD instead of GET`, `trailing slash`. */
  variant: string | undefined
  expected: Expectation
  verdict: Verdict
  status: number | undefined
  why: string
  /** What was sent, for a finding that somebody has to look at; without credentials. */
  request?: SentRequest
}

/** A request as it can be shown and replayed: each credential is replaced by `$TOKEN`. */
export interface SentRequest {
  method: string
  url: string
  headers: readonly (readonly [name: string, value: string])[]
  body: string | undefined
}

export type Expectation = 'refused' | 'let in'

/**
 * Judges an answer strictly: 401 and 403 alone are refusals; 2xx and 3xx are entries; anything else proves nothing,
 * unless the guard reported its decision.
 *
 * @example
 * judge('refused', { status: 200, decision: undefined }).verdict // 'breach'
 */
export function judge(expected: Expectation, answer: Answer): { verdict: Verdict; why: string } {
  return expected === 'refused' ? judgeRefusal(answer) : judgeEntry(answer)
}

function judgeRefusal(answer: Answer): { verdict: Verdict; why: string } {
  const { status, decision } = answer
  if (isGuardsPreflight(answer))
    return { verdict: 'held', why: 'the guard answered a CORS preflight itself (204)' }
  if (entered(status)) return { verdict: 'breach', why: `answered ${status} to a caller who is not allowed` }
  if (decision?.allowed === true)
    return { verdict: 'breach', why: `the guard let in a caller who is not allowed (answered ${status})` }
  if (refused(status)) return { verdict: 'held', why: `rejected with ${status}` }
  if (decision?.allowed === false)
    return {
      verdict: 'held',
      why: `the guard rejected the caller (${reasonOf(decision)}); answered ${status}`,
    }
  return {
    verdict: 'unproven',
    why: `answered ${status}, which does not show that the guard rejected the caller`,
  }
}

function judgeEntry(answer: Answer): { verdict: Verdict; why: string } {
  const { status, decision } = answer
  if (isGuardsPreflight(answer))
    return { verdict: 'unproven', why: 'the guard answered a CORS preflight itself (204) and tried no rule' }
  if (decision?.allowed === false)
    return { verdict: 'locked-out', why: `the guard rejected an allowed caller (${reasonOf(decision)})` }
  if (entered(status)) return { verdict: 'held', why: `let in with ${status}` }
  if (decision?.allowed === true)
    return { verdict: 'held', why: `the guard let the caller in; answered ${status}` }
  if (refused(status)) return { verdict: 'locked-out', why: `rejected an allowed caller with ${status}` }
  return {
    verdict: 'unproven',
    why: `answered ${status}, which does not show that the guard let the caller in`,
  }
}

/**
 * Marks the route whose handler turns everybody away: the guard let allowed callers in, but none of them got further,
 * so what the route does behind its guard was never seen.
 */
export function withGuardOnly(findings: readonly Finding[]): Finding[] {
  const admitted = (finding: Finding): boolean =>
    finding.expected === 'let in' && finding.verdict === 'held' && finding.status !== undefined
  if (findings.some((each) => admitted(each) && entered(each.status ?? 0))) return [...findings]
  return findings.map((finding) =>
    admitted(finding)
      ? { ...finding, verdict: 'guard-only', why: `${finding.why}; no caller of this route got a 2xx` }
      : finding,
  )
}

/** The guard's own answer to a complete preflight lets nobody in, and keeps nobody out. */
export const isGuardsPreflight = ({ status, decision }: Answer): boolean =>
  status === 204 && decision?.allowed === false && decision.reason === 'preflight'

const reasonOf = ({ reason = 'no reason reported' }: ReportedDecision): string => reason
const entered = (status: number): boolean => (status >= 200 && status < 400) || status === 101
const refused = (status: number): boolean => status === 401 || status === 403
