import { styleText } from 'node:util'
import { type CallerKind, callerKinds } from '../callers.ts'
import type { Finding, Verdict } from '../verdict.ts'
import { escapeTerminal } from './escape.ts'
import { columns, type Report, type RouteReport, verdicts, worst } from './report.ts'

const marks: Record<Verdict, { mark: string; style: Parameters<typeof styleText>[0]; meaning: string }> = {
  breach: { mark: 'X', style: ['red', 'bold'], meaning: 'breach' },
  'locked-out': { mark: '!', style: 'red', meaning: 'who may pass was refused' },
  unproven: { mark: '?', style: 'yellow', meaning: 'not proven' },
  'not-tried': { mark: '-', style: 'gray', meaning: 'not tried' },
  skipped: { mark: 's', style: 'gray', meaning: 'skipped as configured' },
  held: { mark: '.', style: 'green', meaning: 'held' },
}

/** The report for a terminal: a table of routes by callers, then each finding that needs a person. */
export function terminal(report: Report, colour: boolean): string {
  const paint = (verdict: Verdict, text: string): string =>
    colour ? styleText(marks[verdict].style, text, { validateStream: false }) : text
  const kinds = columns(report, Object.keys(callerKinds) as CallerKind[])
  const width = Math.max(5, ...report.routes.map(({ route }) => escapeTerminal(route).length))

  const lines: string[] = ['']
  for (const [index, kind] of kinds.entries()) lines.push(`${header(index, width)}${letter(index)}  ${kind}`)
  lines.push(
    '',
    `${'route'.padEnd(width)}  ${kinds.map((_, index) => letter(index)).join(' ')}  who may pass`,
  )
  for (const row of report.routes) {
    const cells = kinds.map((kind) => {
      const verdict = worst(row.findings.filter(({ caller }) => caller === kind))
      return verdict === undefined ? ' ' : paint(verdict, marks[verdict].mark)
    })
    lines.push(`${escapeTerminal(row.route).padEnd(width)}  ${cells.join(' ')}  ${escapeTerminal(row.rule)}`)
  }
  lines.push(
    '',
    verdicts.map((verdict) => `${paint(verdict, marks[verdict].mark)} ${marks[verdict].meaning}`).join('   '),
  )
  for (const verdict of ['breach', 'locked-out', 'unproven', 'not-tried', 'skipped'] as const) {
    lines.push(...listed(verdict, report.routes, (text) => paint(verdict, text)))
  }
  const notes = report.routes.flatMap(({ route, notes }) => notes.map((note) => `  ${route}: ${note}`))
  if (notes.length > 0) lines.push('', 'To know', ...notes.map(escapeTerminal))
  for (const remark of report.remarks) lines.push('', escapeTerminal(remark))
  lines.push('', summary(report), '')
  return lines.join('\n')
}

/** One sentence that says how the run ended. */
export function summary({ counts, routes, milliseconds }: Report): string {
  const calls = `${routes.length} routes, ${counts.held} answers as they should be, in ${(milliseconds / 1000).toFixed(1)} s`
  if (counts.breach > 0) return `${counts.breach} ${counts.breach === 1 ? 'breach' : 'breaches'}. ${calls}.`
  const open = counts.unproven + counts['not-tried'] + counts['locked-out']
  if (routes.length === 0) return 'There is no route to prove.'
  if (open > 0) return `No breach, but ${open} not shown. ${calls}.`
  const skipped = counts.skipped === 0 ? '' : `, but for ${counts.skipped} skipped`
  return counts.held === 0 ? 'No rule was tried.' : `Every rule holds${skipped}. ${calls}.`
}

function listed(verdict: Verdict, routes: readonly RouteReport[], paint: (text: string) => string): string[] {
  const found = routes.flatMap(({ findings }) => findings.filter((finding) => finding.verdict === verdict))
  if (found.length === 0) return []
  const grouped = Map.groupBy(found, (finding) => `${finding.route}\n${finding.why}`)
  const lines = [...grouped.values()].map((group) => `  ${escapeTerminal(describe(group))}`)
  return ['', paint(`${marks[verdict].meaning} (${found.length})`), ...lines]
}

function describe(group: readonly Finding[]): string {
  const [first] = group
  if (first === undefined) return ''
  const who = group.map(({ as, variant }) => (variant === undefined ? as : `${as} (${variant})`))
  const named = who.length > 4 ? `${who.slice(0, 3).join(', ')} and ${who.length - 3} more` : who.join(', ')
  return `${first.route} as ${named}: ${first.why}`
}

const letter = (index: number): string => String.fromCharCode(index < 26 ? 97 + index : 65 + index - 26)
const header = (index: number, width: number): string => ' '.repeat(width + 2 + index * 2)
