import type { RouteChange } from '../against.ts'
import type { CallerKind } from '../callers.ts'
import type { ManifestRoute } from '../plan/manifest.ts'
import type { Finding, Verdict } from '../verdict.ts'

/** One route of the report, with all that was found about it. */
export interface RouteReport {
  /** `GET /posts/:postId` */
  route: string
  /** The allowed callers, printed. */
  rule: string
  /** Where the route is registered; null where that is not known. */
  source: ManifestRoute['source']
  /** Remarks that a reviewer should read: reaches every id, parameters that no rule mentions. */
  notes: readonly string[]
  findings: readonly Finding[]
}

/** What makes a report one about these rules and no others. */
export interface Evidence {
  /** SHA-256 of routes and rules, in hexadecimal: it is the same wherever they stand in the source. */
  readonly manifest: string
  /** Versions of the prover and of Node. */
  readonly prove: string
  readonly node: string
}

/** What a run showed. Times are ISO 8601 and milliseconds. */
export interface Report {
  version: 1
  application: string
  base: string
  startedAt: string
  milliseconds: number
  counts: Record<Verdict, number>
  /** What the run was about, for whoever signs it. */
  evidence?: Evidence
  /** Why the run as a whole shows less than it should, e.g. no write was tried. */
  remarks: readonly string[]
  routes: readonly RouteReport[]
  /** How the routes differ from those of the manifest that they were compared with; absent where there was none. */
  against?: readonly RouteChange[]
}

/** From the worst to the best. */
export const verdicts: readonly Verdict[] = [
  'breach',
  'locked-out',
  'unproven',
  'not-tried',
  'guard-only',
  'skipped',
  'held',
]

/** Counts findings by verdict. */
export function count(routes: readonly RouteReport[]): Record<Verdict, number> {
  const counts = Object.fromEntries(verdicts.map((verdict) => [verdict, 0])) as Record<Verdict, number>
  for (const { findings } of routes) for (const { verdict } of findings) counts[verdict] += 1
  return counts
}

/**
 * 0: every rule proven, but for routes that the configuration skips. 1: a breach, or a route that is more open than the
 * manifest that it was compared with. 2: something could not be shown.
 */
export function exitCode({ counts, against = [] }: Pick<Report, 'counts' | 'against'>): 0 | 1 | 2 {
  if (counts.breach > 0 || against.some(({ opens }) => opens !== null)) return 1
  const shown = counts.unproven + counts['not-tried'] + counts['locked-out'] === 0
  return shown && counts.held > 0 ? 0 : 2
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

/** Findings of one verdict that share a route and a reason: one thing to look at. */
export interface Group {
  readonly route: RouteReport
  readonly findings: readonly [Finding, ...Finding[]]
}

export function groupsOf(report: Pick<Report, 'routes'>, verdict: Verdict): Group[] {
  return report.routes.flatMap((route) => {
    const found = route.findings.filter((finding) => finding.verdict === verdict)
    return [...Map.groupBy(found, ({ why }) => why).values()].flatMap(([first, ...others]) =>
      first === undefined ? [] : [{ route, findings: [first, ...others] as const }],
    )
  })
}

/** A list for a sentence, cut short: `a, b, c and 4 more`. */
export const few = (names: readonly string[]): string =>
  names.length > 4 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ')

export const callersIn = (findings: readonly Finding[]): string =>
  few(findings.map(({ as, variant }) => (variant === undefined ? as : `${as} (${variant})`)))

/** One sentence that says how the run ended. */
export function summary({ counts, routes, milliseconds, against = [] }: Report): string {
  const opened = against.filter(({ opens }) => opens !== null).length
  const changes = opened === 0 ? '' : `${plural(opened, 'change opens', 'changes open')} something. `
  return changes + outcome(counts, routes, milliseconds)
}

function outcome(counts: Report['counts'], routes: Report['routes'], milliseconds: number): string {
  const unreached = routes.filter(({ findings }) =>
    findings.some(({ verdict }) => verdict === 'guard-only'),
  ).length
  const guardOnly =
    unreached === 0 ? '' : ` Guard only on ${plural(unreached, 'route', 'routes')}: no caller got a 2xx.`
  const calls = `${routes.length} routes, ${counts.held} answers as they should be, in ${(milliseconds / 1000).toFixed(1)} s.${guardOnly}`
  if (counts.breach > 0) return `${plural(counts.breach, 'breach', 'breaches')}. ${calls}`
  const open = counts.unproven + counts['not-tried'] + counts['locked-out']
  if (routes.length === 0) return 'There is no route to prove.'
  if (open > 0) return `No breach, but ${open} not shown. ${calls}`
  const skipped = counts.skipped === 0 ? '' : `, but for ${counts.skipped} skipped`
  return counts.held === 0 ? 'No rule was tried.' : `Every rule holds${skipped}. ${calls}`
}

const plural = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`
