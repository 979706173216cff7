import { describe, expect, it } from 'vitest'
import type { Finding, Verdict } from '../verdict.ts'
import { html } from './html.ts'
import { junit } from './junit.ts'
import { count, exitCode, type Report, summary } from './report.ts'
import { terminal } from './terminal.ts'

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
  const routes = [{ route: 'GET /x', rule: 'signed in', source: null, notes: [], findings }]
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
    expect(exitCode(report())).toBe(2)
  })
  it('is 0 where the rest was skipped for a reason, which is listed; not where nothing was tried at all', () => {
    const skipping = report(finding('held'), finding('skipped', { why: 'sends real letters' }))
    expect(exitCode(skipping)).toBe(0)
    expect(terminal(skipping, false)).toContain('GET /x as nobody: sends real letters')
    expect(summary(skipping)).toContain('Every rule holds, but for 1 skipped')
    expect(exitCode(report(finding('skipped')))).toBe(2)
    expect(summary(report(finding('skipped')))).toBe('No rule was tried.')
  })
  it('is 0 where a guard is proven but no caller got further, which is counted and listed', () => {
    const unreached = report(finding('held'), finding('guard-only', { why: 'answered 400' }))
    expect(exitCode(unreached)).toBe(0)
    expect(summary(unreached)).toContain('Guard only on 1 route: no caller got a 2xx.')
    expect(terminal(unreached, false)).toContain(
      'guard only: no caller got a 2xx (1)\n  GET /x as nobody: answered 400',
    )
    expect(junit(unreached)).toContain('skipped="1"')
  })
  it('is 1 where a change opens something, and not where none does', () => {
    const change = { route: 'GET /x', kind: 'added', before: null, now: 'anyone' } as const
    const opened: Report = {
      ...report(finding('held')),
      against: [{ ...change, opens: 'anyone may call it' }],
    }
    expect(exitCode(opened)).toBe(1)
    expect(summary(opened)).toMatch(/^1 change opens something\. Every rule holds/)
    expect(terminal(opened, false)).toContain('! added GET /x: anyone (anyone may call it)')
    const closed: Report = { ...opened, against: [{ ...change, opens: null }] }
    expect(exitCode(closed)).toBe(0)
    expect(html(closed)).toContain('added GET /x: anyone')
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
    // links lead to other places of the page, and nowhere else
    expect(page).not.toMatch(/src=|href="(?!#)/)
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
  it('put breaches last in the terminal, with nothing between them and the summary', () => {
    const all = report(finding('breach', { why: 'got in' }), finding('not-tried', { why: 'no recipe' }))
    const noted = {
      ...all,
      remarks: ['a remark'],
      routes: all.routes.map((each) => ({ ...each, notes: ['a note'] })),
    }
    expect(terminal(noted, false).trim().split('\n').slice(-5)).toEqual([
      'breach (1)',
      '  GET /x as nobody: got in',
      '    Put the guard in front of the handler, for every spelling and method that reaches it.',
      '',
      summary(noted),
    ])
  })
  it('say once what is missing for many routes', () => {
    const routes = ['GET /a', 'GET /b', 'GET /c'].map((route) => ({
      route,
      rule: '',
      source: null,
      notes: [],
      findings: [finding('not-tried', { route, why: 'no recipe makes it' })],
    }))
    const text = terminal({ ...report(), routes, counts: count(routes) }, false)
    expect(text).toContain('not tried (3)\n  GET /a, GET /b, GET /c: no recipe makes it\n')
  })
  it('say of each breach what was sent, how to send it again, and where the route is', () => {
    const request = {
      method: 'PUT',
      url: 'http://127.0.0.1:1//x?a=1',
      headers: [
        ['Authorization', 'Bearer $TOKEN'],
        ['Content-Type', 'application/json'],
      ] as const,
      body: '{"name":"O\'Brien $(id)"}',
    }
    const { routes, ...rest } = report(finding('held'), finding('breach', { why: 'got in', request }))
    const placed = {
      ...rest,
      routes: routes.map((each) => ({ ...each, source: { file: 'src/app.ts', line: 7 } })),
    }
    const curl = `curl -i --path-as-is -X PUT -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' --data-raw '{"name":"O'\\''Brien $(id)"}' 'http://127.0.0.1:1//x?a=1'`
    expect(terminal(placed, false)).toContain(`  GET /x as nobody: got in (src/app.ts:7)\n    ${curl}\n`)
    const page = html(placed)
    expect(page).toContain('<code>src/app.ts:7</code>')
    expect(page).toContain('<pre>PUT http://127.0.0.1:1//x?a=1\n')
    expect(page).toContain('--path-as-is -X PUT')
    expect(page.indexOf('<article>')).toBeLessThan(page.indexOf('<table>'))
  })
})
