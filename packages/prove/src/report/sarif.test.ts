import { expect, test } from 'vitest'
import type { Finding, Verdict } from '../verdict.ts'
import { badge } from './badge.ts'
import { count, type Report } from './report.ts'
import { sarif } from './sarif.ts'

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
function reportOf(...findings: Finding[]): Report {
  const source = { file: 'src/my app.ts', line: 12 }
  const routes = [{ route: 'GET /x', rule: 'signed in', source, notes: [], findings }]
  const evidence = { manifest: 'ab', prove: '1.2.3', node: '24.0.0' }
  const about = { version: 1, application: 'app', base: 'http://127.0.0.1:1', remarks: [] } as const
  const times = { startedAt: '2026-01-01T00:00:00.000Z', milliseconds: 5 }
  return { ...about, ...times, counts: count(routes), evidence, routes }
}

interface Sarif {
  readonly version: string
  readonly $schema: string
  readonly runs: readonly [
    {
      readonly tool: {
        readonly driver: { readonly name: string; readonly version: string; readonly rules: { id: string }[] }
      }
      readonly results: {
        readonly ruleId: string
        readonly level: string
        readonly message: { readonly text: string }
        readonly locations: {
          physicalLocation: { artifactLocation: { uri: string }; region: { startLine: number } }
        }[]
      }[]
    },
  ]
}

test('SARIF has all that its schema requires, a rule for each result, and the line of the route', () => {
  const request = { method: 'GET', url: 'http://127.0.0.1:1/x', headers: [], body: undefined }
  const report = reportOf(
    finding('breach', { request }),
    finding('breach', { as: 'another' }),
    finding('unproven', { caller: 'expired', why: 'answered 500' }),
    finding('held'),
    finding('skipped'),
    finding('not-tried', { why: 'no recipe' }),
  )
  const read = JSON.parse(sarif(report)) as Sarif
  expect(read.version).toBe('2.1.0')
  expect(read.$schema).toContain('sarif')
  expect(read.runs).toHaveLength(1)
  const [{ tool, results }] = read.runs
  expect(tool.driver).toMatchObject({ name: 'gatehouse-prove', version: '1.2.3' })
  const ids = tool.driver.rules.map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
  // one result for each route and reason; nothing for what held, was skipped or not tried
  expect(results.map(({ ruleId, level }) => `${level} ${ruleId}`)).toEqual([
    'error breach/nobody',
    'warning unproven/expired',
  ])
  for (const { ruleId, message, locations } of results) {
    expect(ids).toContain(ruleId)
    expect(message.text).not.toBe('')
    expect(locations[0]?.physicalLocation).toEqual({
      artifactLocation: { uri: 'src/my%20app.ts' },
      region: { startLine: 12 },
    })
  }
  expect(results[0]?.message.text).toContain('curl -i --path-as-is')
})

test('a badge is green only where every rule was proven', () => {
  const said = (...findings: Finding[]): unknown => JSON.parse(badge(reportOf(...findings)))
  expect(said(finding('held'))).toEqual({
    schemaVersion: 1,
    label: 'access rules',
    message: '1 route proven',
    color: 'brightgreen',
  })
  expect(said(finding('held'), finding('breach'))).toMatchObject({ message: '1 breach', color: 'red' })
  expect(said(finding('held'), finding('unproven'))).toMatchObject({ message: 'not proven', color: 'yellow' })
  expect(said()).toMatchObject({ message: 'not proven' })
})
