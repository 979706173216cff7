import { callerLabel } from '../callers.ts'
import type { Finding } from '../verdict.ts'
import { escapeMarkup } from './escape.ts'
import type { Report } from './report.ts'

/** The report as JUnit XML, for CI systems: a suite a route, a case a call. */
export function junit(report: Report): string {
  const all = report.routes.flatMap(({ findings }) => findings)
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="gatehouse prove" ${tally(all)} time="${report.milliseconds / 1000}">`,
  ]
  for (const { route, findings } of report.routes) {
    lines.push(`  <testsuite name="${escapeMarkup(route)}" ${tally(findings)}>`)
    for (const finding of findings) lines.push(...testCase(route, finding))
    lines.push('  </testsuite>')
  }
  lines.push('</testsuites>', '')
  return lines.join('\n')
}

function tally(findings: readonly Finding[]): string {
  const of = (...verdicts: Finding['verdict'][]): number =>
    findings.filter(({ verdict }) => verdicts.includes(verdict)).length
  return `tests="${findings.length}" failures="${of('breach', 'locked-out')}" errors="${of('unproven')}" skipped="${of('not-tried', 'guard-only', 'skipped')}"`
}

function testCase(route: string, finding: Finding): string[] {
  const name = [callerLabel(finding.caller), finding.as, finding.variant].filter(Boolean).join(', ')
  const open = `    <testcase classname="${escapeMarkup(route)}" name="${escapeMarkup(name)}"`
  const why = escapeMarkup(finding.why)
  switch (finding.verdict) {
    case 'held':
      return [`${open}/>`]
    case 'not-tried':
    case 'guard-only':
    case 'skipped':
      return [`${open}>`, `      <skipped message="${why}"/>`, '    </testcase>']
    case 'unproven':
      return [`${open}>`, `      <error type="unproven" message="${why}"/>`, '    </testcase>']
    default:
      return [`${open}>`, `      <failure type="${finding.verdict}" message="${why}"/>`, '    </testcase>']
  }
}
