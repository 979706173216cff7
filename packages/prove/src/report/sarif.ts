import { type CallerKind, callerKinds, callerLabel } from '../callers.ts'
import type { Verdict } from '../verdict.ts'
import { curlLine } from './curl.ts'
import { callersIn, type Group, groupsOf, type Report } from './report.ts'

/** What code scanning shows: a skip was asked for, and what was not tried is no result. */
const levels = {
  breach: 'error',
  'locked-out': 'error',
  unproven: 'warning',
  'guard-only': 'note',
} as const satisfies { [Each in Verdict]?: 'error' | 'warning' | 'note' }

const ruleId = (verdict: Verdict, caller: CallerKind): string => `${verdict}/${callerLabel(caller)}`

/** The report as SARIF 2.1.0, for code scanning: a result for each route and reason, at the line of the route. */
export function sarif(report: Report): string {
  const shown = Object.keys(levels) as (keyof typeof levels)[]
  const results = shown.flatMap((verdict) =>
    groupsOf(report, verdict).map((group) => resultOf(verdict, group)),
  )
  const used = new Set(results.map((result) => result.ruleId))
  const rules = shown.flatMap((verdict) =>
    (Object.keys(callerKinds) as CallerKind[])
      .filter((caller) => used.has(ruleId(verdict, caller)))
      .map((caller) => ({
        id: ruleId(verdict, caller),
        shortDescription: { text: `${verdict}: ${callerKinds[caller]}` },
        defaultConfiguration: { level: levels[verdict] },
      })),
  )
  const ended = new Date(Date.parse(report.startedAt) + report.milliseconds).toISOString()
  const run = {
    tool: { driver: { name: 'gatehouse-prove', ...versionOf(report), rules } },
    invocations: [{ executionSuccessful: true, startTimeUtc: report.startedAt, endTimeUtc: ended }],
    results,
  }
  const schema = 'https://json.schemastore.org/sarif-2.1.0.json'
  return `${JSON.stringify({ $schema: schema, version: '2.1.0', runs: [run] }, null, 2)}\n`
}

const versionOf = ({ evidence }: Report): { version?: string } =>
  evidence === undefined ? {} : { version: evidence.prove }

function resultOf(
  verdict: keyof typeof levels,
  { route, findings }: Group,
): {
  ruleId: string
  level: string
  message: { text: string }
  locations: object[]
  partialFingerprints: Record<string, string>
} {
  const [{ why, request, caller }] = findings
  const sent = request === undefined ? '' : ` Send it again: ${curlLine(request)}`
  const { source } = route
  const logical = { fullyQualifiedName: route.route, kind: 'function' }
  const physical =
    source === null
      ? {}
      : {
          physicalLocation: {
            artifactLocation: { uri: uriOf(source.file) },
            region: { startLine: Math.max(1, source.line) },
          },
        }
  return {
    ruleId: ruleId(verdict, caller),
    level: levels[verdict],
    message: { text: `${route.route} as ${callersIn(findings)}: ${why}.${sent}` },
    locations: [{ ...physical, logicalLocations: [logical] }],
    // the same fault on the same route is the same alert, whatever line it has moved to
    partialFingerprints: { 'routeAndCaller/v1': `${route.route} ${ruleId(verdict, caller)}` },
  }
}

/** A relative path is taken from the repository's root. */
const uriOf = (file: string): string =>
  file.split(/[\\/]/).map(encodeURIComponent).join('/').replace(/^\//, 'file:///')
