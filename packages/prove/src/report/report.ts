import type { CallerKind } from '../callers.ts'
import type { Finding, Verdict } from '../verdict.ts'

/** One route of the report, with all that was found about it. */
export interface RouteReport {
  /** `GET /posts/:postId` */
  route: string
  /** Who may pass, printed. */
  rule: string
  /** Remarks that a reviewer should read: reaches every id, parameters that no rule mentions. */
  notes: readonly string[]
  findings: readonly Finding[]
}

/** What a run showed. Times are ISO 8601 and milliseconds. */
export interface Report {
  version: 1
  application: string
  base: string
  startedAt: string
  milliseconds: number
  counts: Record<Verdict, number>
  /** Why the run as a whole shows less than it should, e.g. no write was tried. */
  remarks: readonly string[]
  routes: readonly RouteReport[]
}

/** From the worst to the best. */
export const verdicts: readonly Verdict[] = [
  'breach',
  'locked-out',
  'unproven',
  'not-tried',
  'skipped',
  'held',
]

/** Counts findings by verdict. */
export function count(routes: readonly RouteReport[]): Record<Verdict, number> {
  const counts = Object.fromEntries(verdicts.map((verdict) => [verdict, 0])) as Record<Verdict, number>
  for (const { findings } of routes) for (const { verdict } of findings) counts[verdict] += 1
  return counts
}

/** 0: every rule proven, but for routes that the configuration skips. 1: a breach. 2: something could not be shown. */
export function exitCode(report: Pick<Report, 'counts' | 'routes'>): 0 | 1 | 2 {
  if (report.counts.breach > 0) return 1
  const shown = report.counts.unproven + report.counts['not-tried'] + report.counts['locked-out'] === 0
  return shown && report.counts.held > 0 ? 0 : 2
}

/** The worst verdict of some findings: what a cell of the table shows. */
export function worst(findings: readonly Finding[]): Verdict | undefined {
  return verdicts.find((verdict) => findings.some((finding) => finding.verdict === verdict))
}

/** The caller kinds that occur, in the order given. */
export function columns(report: Pick<Report, 'routes'>, order: readonly CallerKind[]): readonly CallerKind[] {
  const seen = new Set(report.routes.flatMap(({ findings }) => findings.map(({ caller }) => caller)))
  return order.filter((kind) => seen.has(kind))
}
