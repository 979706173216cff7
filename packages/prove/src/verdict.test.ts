import { describe, expect, it } from 'vitest'
import { judge } from './verdict.ts'

const verdict = (...parameters: Parameters<typeof judge>): string => judge(...parameters).verdict
const silent = (status: number) => ({ status, decision: undefined })

describe('judging a caller who may not pass', () => {
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

describe('judging a caller who may pass', () => {
  it('takes an entry for held, and a refusal for locked out', () => {
    expect(verdict('let in', silent(200))).toBe('held')
    expect(verdict('let in', silent(401))).toBe('locked-out')
    expect(verdict('let in', silent(403))).toBe('locked-out')
  })
  it('takes anything else for no proof, unless the guard tells', () => {
    expect(verdict('let in', silent(422))).toBe('unproven')
    expect(verdict('let in', { status: 422, decision: { allowed: true } })).toBe('held')
    expect(verdict('let in', { status: 503, decision: { allowed: false } })).toBe('locked-out')
  })
})
