import type { CallerKind } from './callers.ts'

/**
 * What one call showed.
 *
 * - `held`: who may not pass was refused, or who may was let in
 * - `breach`: who may not pass got in
 * - `locked-out`: who may pass was refused
 * - `unproven`: the answer says nothing about the rule (a 400 before the guard, a 404, a 500)
 * - `skipped`: the configuration says not to call the route, and why
 * - `not-tried`: the call was not made, and `why` says for want of what
 */
export type Verdict = 'held' | 'breach' | 'locked-out' | 'unproven' | 'not-tried' | 'skipped'

/** The guard's own word on a request of this run: sent only to whoever shows the run's nonce. */
export interface ToldDecision {
  allowed: boolean
  status?: number
  reason?: string
  rule?: string
}

/** What came back for one call. */
export interface Answer {
  status: number
  decision: ToldDecision | undefined
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
}

export type Expectation = 'refused' | 'let in'

/**
 * Judges an answer strictly: 401 and 403 alone are refusals; 2xx and 3xx are entries; anything else proves nothing,
 * unless the guard's own decision tells.
 *
 * @example
 * judge('refused', { status: 200, decision: undefined }).verdict // 'breach'
 */
export function judge(expected: Expectation, answer: Answer): { verdict: Verdict; why: string } {
  return expected === 'refused' ? judgeRefusal(answer) : judgeEntry(answer)
}

function judgeRefusal({ status, decision }: Answer): { verdict: Verdict; why: string } {
  if (entered(status)) return { verdict: 'breach', why: `answered ${status} to a caller who may not pass` }
  if (decision?.allowed === true) {
    return { verdict: 'breach', why: `the guard let a caller in who may not pass (the answer was ${status})` }
  }
  if (refused(status)) return { verdict: 'held', why: `refused with ${status}` }
  if (decision?.allowed === false) {
    return {
      verdict: 'held',
      why: `the guard refused (${decision.reason ?? 'no reason told'}); the answer was ${status}`,
    }
  }
  return { verdict: 'unproven', why: `answered ${status}, which does not show that the guard refused` }
}

function judgeEntry({ status, decision }: Answer): { verdict: Verdict; why: string } {
  if (decision?.allowed === false) {
    return {
      verdict: 'locked-out',
      why: `the guard refused who may pass (${decision.reason ?? 'no reason told'})`,
    }
  }
  if (entered(status)) return { verdict: 'held', why: `let in with ${status}` }
  if (decision?.allowed === true)
    return { verdict: 'held', why: `the guard let in; the answer was ${status}` }
  if (refused(status)) return { verdict: 'locked-out', why: `refused with ${status} who may pass` }
  return { verdict: 'unproven', why: `answered ${status}, which does not show that the guard let in` }
}

const entered = (status: number): boolean => (status >= 200 && status < 400) || status === 101
const refused = (status: number): boolean => status === 401 || status === 403
