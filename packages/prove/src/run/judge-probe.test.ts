import { describe, expect, it } from 'vitest'
import type { Probe } from '../plan/attempt.ts'
import type { FullAnswer } from './call.ts'
import { judgeProbe } from './judge-probe.ts'

const route: Probe['route'] = {
  method: 'ALL',
  path: '/rpc',
  parameters: [],
  kind: 'guarded',
  rules: [{ kind: 'signedIn' }],
  reason: null,
  printed: 'signed in',
  unmentioned: [],
  source: null,
  notes: [],
}
const options: Probe = { route, method: 'OPTIONS', declared: true, preflight: 'complete', withBody: false }
const plain: Probe = { ...options, preflight: 'none' }
const undeclared: Probe = { ...plain, declared: false }
const verdict = (probe: Probe, answer: Partial<FullAnswer>): string | undefined => judge(probe, answer, false)
const judge = (probe: Probe, answer: Partial<FullAnswer>, reports: boolean): string | undefined => {
  const whole = { status: 200, decision: undefined, body: '', contentType: '', headers: {}, ...answer }
  return judgeProbe(probe, whole, reports)?.verdict
}

const cors = { 'access-control-allow-origin': '*', 'access-control-allow-methods': 'GET,POST' }

describe('an answer to a probe', () => {
  it('is no breach where the guard answers a complete preflight itself, and one for any other OPTIONS', () => {
    expect(verdict(options, { status: 204 })).toBeUndefined()
    expect(verdict(options, { status: 204, body: 'done' })).toBe('breach')
    expect(verdict({ ...options, withBody: true }, { status: 204 })).toBe('breach')
    expect(verdict({ ...options, preflight: 'method alone' }, { status: 204 })).toBe('breach')
    expect(verdict(plain, { status: 204 })).toBe('breach')
  })

  it('is a breach where the guard reports its decisions, and a bare 204 to a preflight carries none', () => {
    const decision = { allowed: false, status: 204, reason: 'preflight' }
    expect(judge(options, { status: 204 }, true)).toBe('breach')
    expect(judge(options, { status: 204, decision }, true)).toBeUndefined()
    expect(judge(options, { status: 204, headers: cors }, true)).toBeUndefined()
    expect(judge(undeclared, { status: 204, headers: { allow: 'GET' } }, true)).toBeUndefined()
  })

  it('is no breach where CORS middleware answers in front, with 204 or 200 and no body', () => {
    for (const status of [200, 204]) expect(verdict(plain, { status, headers: cors })).toBeUndefined()
    expect(verdict(plain, { headers: cors, body: 'done' })).toBe('breach')
    // what such middleware adds to every answer
    expect(verdict(plain, { headers: { 'access-control-allow-origin': '*' } })).toBe('breach')
  })

  it('is no breach where the framework lists the methods of a route that takes no OPTIONS', () => {
    const allow = { allow: 'GET, HEAD' }
    expect(verdict(undeclared, { headers: allow, body: 'GET,HEAD' })).toBeUndefined()
    expect(verdict(undeclared, { status: 204, headers: allow })).toBeUndefined()
    expect(verdict(undeclared, { headers: allow, body: '{"deleted":7}' })).toBe('breach')
    expect(verdict(plain, { headers: allow })).toBe('breach')
  })

  it('is no breach where there is no route, or where the request reaches no rule', () => {
    for (const status of [400, 401, 403, 404, 405, 413, 415, 501])
      expect(verdict(undeclared, { status })).toBeUndefined()
    expect(verdict({ ...undeclared, method: 'POST' }, { status: 308 })).toBeUndefined()
    const trace = { ...undeclared, method: 'TRACE' }
    expect(verdict(trace, { contentType: 'message/http', body: 'TRACE / HTTP/1.1' })).toBeUndefined()
  })

  it('is a breach where any other method is answered, or where the guard lets it in', () => {
    for (const method of ['GET', 'HEAD', 'PUT', 'DELETE', 'PROPFIND', 'TRACE'])
      expect(verdict({ ...undeclared, method }, {})).toBe('breach')
    expect(verdict(plain, { status: 302 })).toBe('breach')
    const allowed = { decision: { allowed: true } }
    expect(verdict(options, { status: 204, ...allowed })).toBe('breach')
    expect(verdict(plain, { status: 404, ...allowed })).toBe('breach')
    // the decision of guard.optional in front of a path where nothing is
    expect(verdict(undeclared, { status: 404, ...allowed })).toBeUndefined()
  })

  it('shows nothing where the application fails and no guard reported a rejection', () => {
    expect(verdict(plain, { status: 500 })).toBe('unproven')
    expect(verdict(plain, { status: 503, decision: { allowed: false } })).toBeUndefined()
  })
})
