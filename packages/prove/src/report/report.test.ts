import { describe, expect, it } from 'vitest'
import type { Finding, Verdict } from '../verdict.ts'
import { html } from './html.ts'
import { junit } from './junit.ts'
import { count, exitCode, type Report } from './report.ts'
import { summary, terminal } from './terminal.ts'

const finding = (verdict: Verdict, more: Partial<Finding> = {}): Finding => ({
  route: 'GET /x',
  caller: 'nobody',
  as: 'nobody',
  variant: undefined,
  expected: 'refused',
  verdict,
  status: 200,
  why: 'because',
  ...more,
})
const report = (...findings: Finding[]): Report => {
  const routes = [{ route: 'GET /x', rule: 'signed in', notes: [], findings }]
  return {
    version: 1,
    application: 'app',
    base: 'http://127.0.0.1:1',
    startedAt: '2026-01-01T00:00:00.000Z',
    milliseconds: 5,
    counts: count(routes),
    remarks: [],
    routes,
  }
}

describe('the exit code', () => {
  it('is 0 only when everything was shown', () => {
    expect(exitCode(report(finding('held')))).toBe(0)
    expect(exitCode(report(finding('held'), finding('unproven')))).toBe(2)
    expect(exitCode(report(finding('held'), finding('not-tried')))).toBe(2)
    expect(exitCode(report(finding('held'), finding('locked-out')))).toBe(2)
    expect(exitCode({ ...report(), routes: [] })).toBe(2)
  })
  it('is 0 where the rest was skipped for a reason, which is listed; not where nothing was tried at all', () => {
    const skipping = report(finding('held'), finding('skipped', { why: 'sends real letters' }))
    expect(exitCode(skipping)).toBe(0)
    expect(terminal(skipping, false)).toContain('GET /x as nobody: sends real letters')
    expect(summary(skipping)).toContain('Every rule holds, but for 1 skipped')
    expect(exitCode(report(finding('skipped')))).toBe(2)
    expect(summary(report(finding('skipped')))).toBe('No rule was tried.')
  })
  it('is 1 as soon as there is a breach', () => {
    expect(exitCode(report(finding('breach'), finding('not-tried')))).toBe(1)
  })
})

describe('reports', () => {
  const hostile = '<script>alert(1)</script>"\'&\u0000\u001b[31m'
  const nasty = report(finding('breach', { route: hostile, as: hostile, why: hostile }))

  it('escape everything in HTML and XML, and load nothing', () => {
    const page = html({ ...nasty, application: hostile })
    expect(page).not.toContain('<script')
    expect(page).not.toMatch(/(src|href)=/)
    expect(page).toContain("default-src 'none'")
    expect(junit(nasty)).not.toContain('<script')
    expect(junit(nasty)).not.toContain('\u0000')
  })
  it('let nothing of the application move a terminal’s cursor', () => {
    expect(terminal(nasty, false)).not.toContain('\u001b')
  })
  it('count failures, errors and skipped cases for JUnit', () => {
    const text = junit(report(finding('breach'), finding('unproven'), finding('not-tried'), finding('held')))
    expect(text).toContain('tests="4" failures="1" errors="1" skipped="1"')
  })
  it('say in one sentence how it ended', () => {
    expect(summary(report(finding('held')))).toContain('Every rule holds')
    expect(summary(report(finding('breach')))).toContain('1 breach')
    expect(summary(report(finding('not-tried')))).toContain('No breach, but 1 not shown')
  })
  it('list each finding that needs a person', () => {
    expect(terminal(report(finding('breach', { why: 'answered 200' })), false)).toContain(
      'GET /x as nobody: answered 200',
    )
  })
})
