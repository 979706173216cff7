import { describe, expect, it } from 'vitest'
import { type Finding, judge, withGuardOnly } from './verdict.ts'

const verdict = (...parameters: Parameters<typeof judge>): string => judge(...parameters).verdict
const silent = (status: number) => ({ status, decision: undefined })

describe('judging a caller who is not allowed', () => {
  it.each([401, 403])('takes %i for a refusal', (status) => {
    expect(verdict('refused', silent(status))).toBe('held')
  })
  it.each([200, 201, 204, 206, 301, 302, 304, 307, 101])('takes %i for a breach', (status) => {
    expect(verdict('refused', silent(status))).toBe('breach')
  })
  it.each([400, 404, 405, 409, 415, 422, 429, 500, 503])('takes %i for no proof', (status) => {
    expect(verdict('refused', silent(status))).toBe('unproven')
  })
  it('believes the guard’s own refusal where the answer proves nothing', () => {
    expect(verdict('refused', { status: 404, decision: { allowed: false, reason: 'no_token' } })).toBe('held')
  })
  it('does not believe a refusal that was not kept', () => {
    expect(verdict('refused', { status: 200, decision: { allowed: false } })).toBe('breach')
  })
  it('takes the guard’s letting in for a breach, whatever the handler answered', () => {
    expect(verdict('refused', { status: 404, decision: { allowed: true } })).toBe('breach')
    expect(verdict('refused', { status: 403, decision: { allowed: true } })).toBe('breach')
  })
})

describe('judging an allowed caller', () => {
  it('takes an entry for held, and a refusal for locked out', () => {
    expect(verdict('let in', silent(200))).toBe('held')
    expect(verdict('let in', silent(401))).toBe('locked-out')
    expect(verdict('let in', silent(403))).toBe('locked-out')
  })
  it('takes the guard’s own answer to a preflight neither for a breach nor for a rejection', () => {
    const preflight = { status: 204, decision: { allowed: false, status: 204, reason: 'preflight' } }
    expect(verdict('refused', preflight)).toBe('held')
    expect(verdict('let in', preflight)).toBe('unproven')
    // the same words on another answer are not the guard's preflight
    expect(verdict('refused', { ...preflight, status: 200 })).toBe('breach')
    expect(verdict('let in', { ...preflight, status: 403 })).toBe('locked-out')
  })
  it('takes anything else for no proof, unless the guard reports its decision', () => {
    expect(verdict('let in', silent(422))).toBe('unproven')
    expect(verdict('let in', { status: 422, decision: { allowed: true } })).toBe('held')
    expect(verdict('let in', { status: 503, decision: { allowed: false } })).toBe('locked-out')
  })
})

describe('a route from which no caller got a 2xx', () => {
  const finding = (more: Partial<Finding>): Finding => ({
    route: 'POST /x',
    caller: 'who-may',
    as: 'the owner',
    variant: undefined,
    expected: 'let in',
    verdict: 'held',
    status: 400,
    why: 'let in',
    ...more,
  })
  const rejected = finding({ caller: 'nobody', expected: 'refused', status: 401 })
  const verdicts = (...findings: Finding[]): string[] => withGuardOnly(findings).map((each) => each.verdict)

  it('is shown to be guarded, and no more', () => {
    expect(verdicts(rejected, finding({}), finding({ status: 404 }))).toEqual([
      'held',
      'guard-only',
      'guard-only',
    ])
  })
  it('is one where every allowed caller failed: a single success proves the handler was reached', () => {
    for (const status of [200, 204, 302, 101])
      expect(verdicts(rejected, finding({}), finding({ status }))).toEqual(['held', 'held', 'held'])
    expect(verdicts(rejected, finding({ verdict: 'unproven', status: 404 }))).toEqual(['held', 'unproven'])
  })
})
