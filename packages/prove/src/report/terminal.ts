import { styleText } from 'node:util'
import { printChanges } from '../against.ts'
import { type CallerKind, callerKinds, callerLabel } from '../callers.ts'
import type { Verdict } from '../verdict.ts'
import { curlLine } from './curl.ts'
import { escapeTerminal } from './escape.ts'
import { mendOf } from './mend.ts'
import {
  callersIn,
  columns,
  few,
  type Group,
  groupsOf,
  type Report,
  summary,
  verdicts,
  worst,
} from './report.ts'

const marks: Record<Verdict, { mark: string; style: Parameters<typeof styleText>[0]; meaning: string }> = {
  breach: { mark: 'X', style: ['red', 'bold'], meaning: 'breach' },
  'locked-out': { mark: '!', style: 'red', meaning: 'the guard rejected an allowed caller' },
  unproven: { mark: '?', style: 'yellow', meaning: 'not proven' },
  'not-tried': { mark: '-', style: 'gray', meaning: 'not tried' },
  'guard-only': { mark: 'g', style: 'yellow', meaning: 'guard only: no caller got a 2xx' },
  skipped: { mark: 's', style: 'gray', meaning: 'skipped as configured' },
  held: { mark: '.', style: 'green', meaning: 'held' },
}

/** The report for a terminal: a table of routes by callers, then each finding that needs a person, the worst last. */
export function terminal(report: Report, colour: boolean): string {
  const paint = (verdict: Verdict, text: string): string =>
    colour ? styleText(marks[verdict].style, text, { validateStream: false }) : text
  const list = (verdict: Verdict): string[] => {
    const lines = listed(verdict, report)
    if (lines.length === 0) return []
    return ['', paint(verdict, `${marks[verdict].meaning} (${report.counts[verdict]})`), ...lines]
  }
  const notes = report.routes.flatMap(({ route, notes }) => notes.map((note) => `  ${route}: ${note}`))
  const lines = [
    ...table(report, paint),
    ...list('skipped'),
    ...list('guard-only'),
    ...(notes.length > 0 ? ['', 'Notes', ...notes.map(escapeTerminal)] : []),
    ...report.remarks.flatMap((remark) => ['', escapeTerminal(remark)]),
    ...(report.against === undefined ? [] : changes(report.against)),
    ...list('not-tried'),
    ...list('unproven'),
    ...list('locked-out'),
    ...list('breach'),
  ]
  return [...lines, '', summary(report), ''].join('\n')
}

function table(report: Report, paint: (verdict: Verdict, text: string) => string): string[] {
  const kinds = columns(report, Object.keys(callerKinds) as CallerKind[])
  const width = Math.max(5, ...report.routes.map(({ route }) => escapeTerminal(route).length))
  const rows = report.routes.map((row) => {
    const cells = kinds.map((kind) => {
      const verdict = worst(row.findings.filter(({ caller }) => caller === kind))
      return verdict === undefined ? ' ' : paint(verdict, marks[verdict].mark)
    })
    return `${escapeTerminal(row.route).padEnd(width)}  ${cells.join(' ')}  ${escapeTerminal(row.rule)}`
  })
  return [
    '',
    ...kinds.map((kind, index) => `${header(index, width)}${letter(index)}  ${callerLabel(kind)}`),
    '',
    `${'route'.padEnd(width)}  ${kinds.map((_, index) => letter(index)).join(' ')}  allowed callers`,
    ...rows,
    '',
    verdicts.map((verdict) => `${paint(verdict, marks[verdict].mark)} ${marks[verdict].meaning}`).join('   '),
  ]
}

function changes(against: NonNullable<Report['against']>): string[] {
  if (against.length === 0) return ['', 'No route differs from the committed manifest.']
  return [
    '',
    'Differences from the committed manifest (! opens something)',
    ...printChanges(against).map(indented),
  ]
}

const indented = (line: string): string => `  ${escapeTerminal(line)}`

function listed(verdict: Verdict, report: Report): string[] {
  const groups = groupsOf(report, verdict)
  // what is missing is missing for many routes alike: it is said once
  if (verdict === 'not-tried' || verdict === 'skipped')
    return [...Map.groupBy(groups, ({ findings: [{ why }] }) => why)].map(([why, those]) => {
      const [only] = those
      const who = those.length === 1 && only !== undefined ? ` as ${callersIn(only.findings)}` : ''
      return indented(`${few(those.map(({ route }) => route.route))}${who}: ${why}`)
    })
  return groups.flatMap((group) => described(verdict, group))
}

function described(verdict: Verdict, { route, findings }: Group): string[] {
  const [{ why, request }] = findings
  const { source } = route
  const place = source === null ? '' : ` (${source.file}:${source.line})`
  const line = indented(`${route.route} as ${callersIn(findings)}: ${why}${place}`)
  const mend = mendOf(findings[0])
  return [
    line,
    ...(verdict === 'breach' && request !== undefined ? [indented(`  ${curlLine(request)}`)] : []),
    ...(mend === undefined ? [] : [indented(`  ${mend}`)]),
  ]
}

const letter = (index: number): string => String.fromCharCode(index < 26 ? 97 + index : 65 + index - 26)
const header = (index: number, width: number): string => ' '.repeat(width + 2 + index * 2)
