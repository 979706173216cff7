import { randomBytes } from 'node:crypto'
import type { Probe } from '../plan/attempt.ts'
import { type ManifestRoute, nameOf, writes } from '../plan/manifest.ts'
import { isGuarded, isRare, matches, takes } from '../plan/probes.ts'
import type { Finding } from '../verdict.ts'
import type { AttackOptions } from './attack-options.ts'
import { call, type FullAnswer } from './call.ts'
import { judgeProbe } from './judge-probe.ts'
import { probeRequest } from './request.ts'
import type { Resources } from './resources.ts'
import { sentRequest } from './sent.ts'
import { targetOf } from './target.ts'

/** What a probe came to: a finding, nothing where no handler answered, or 'untried' where there is no resource. */
type Outcome = Finding | undefined | 'untried'

/**
 * Sends all probes of one route, `each` one in its turn, and sums up those that no handler answered in one finding.
 *
 * Complete preflights come last: whether a bare 204 is the guard's own answer shows in whether it carries a decision,
 * and whether this guard reports its decisions shows in the answers before.
 */
export async function sendProbes(
  route: ManifestRoute,
  probes: readonly Probe[],
  { resources, options, inBatches }: ProbeParts,
): Promise<Finding[]> {
  const reporting = { reports: false }
  const one = (probe: Probe): Promise<Outcome> => sendProbe(probe, resources, options, reporting)
  const [preflights, others] = [
    probes.filter(isCompletePreflight),
    probes.filter((each) => !isCompletePreflight(each)),
  ]
  const outcomes = [...(await inBatches(others, one)), ...(await inBatches(preflights, one))]
  const found = outcomes.filter((outcome) => typeof outcome === 'object')
  const held = found.length === 0 && outcomes.includes(undefined)
  return held ? [heldProbes(route, outcomes.length)] : found
}

export interface ProbeParts {
  readonly resources: Resources
  readonly options: AttackOptions
  inBatches(probes: readonly Probe[], one: (probe: Probe) => Promise<Outcome>): Promise<Outcome[]>
}

const isCompletePreflight = ({ method, preflight }: Probe): boolean =>
  method === 'OPTIONS' && preflight === 'complete'

async function sendProbe(
  probe: Probe,
  resources: Resources,
  options: AttackOptions,
  reporting: { reports: boolean },
): Promise<Outcome> {
  const { route, method } = probe
  const { config } = options
  const target = await targetOf(route, { resources, config, spoils: false })
  // the same recipe is missing for the route's other callers, whose findings say so
  if ('why' in target) return 'untried'
  const parts = { ...options, things: target.things }
  const about = { ...aboutProbes(route), variant: describe(probe) }
  const request = probeRequest(probe, target.path, parts)
  let answer: FullAnswer
  try {
    answer = await call(request)
  } catch (error) {
    // a server may hang up on a method that it does not know
    if (!probe.declared || isRare(method)) return undefined
    const why = `no answer: ${error instanceof Error ? error.message : String(error)}`
    return { ...about, verdict: 'unproven', status: undefined, why }
  }
  if (answer.decision?.allowed === false) reporting.reports = true
  const judged = judgeProbe(probe, answer, reporting.reports)
  if (judged === undefined) return undefined
  if (judged.verdict === 'breach') {
    const send = (path: string): Promise<FullAnswer> => call(probeRequest(probe, path, parts))
    if (answer.decision === undefined && (await answersAnywhere(probe, answer, options.routes, send)))
      return undefined
    // what somebody got hold of may be gone: the next call is about another one
    if (writes(method)) resources.forget(route)
  }
  return { ...about, ...judged, status: answer.status, request: sentRequest(request, []) }
}

/** One line for all probes of a route that no handler answered. */
const heldProbes = (route: ManifestRoute, sent: number): Finding => ({
  ...aboutProbes(route),
  variant: undefined,
  verdict: 'held',
  status: undefined,
  why: `no handler answered any of ${sent} requests without a token`,
})

const aboutProbes = (route: ManifestRoute): Pick<Finding, 'route' | 'caller' | 'as' | 'expected'> => ({
  route: nameOf(route),
  caller: 'every-method',
  as: 'nobody',
  expected: 'refused',
})

/** Whether the same answer comes where no route is: then something in front sends it, and no handler was called. */
async function answersAnywhere(
  probe: Probe,
  { status, body }: FullAnswer,
  routes: readonly ManifestRoute[],
  send: (path: string) => Promise<FullAnswer>,
): Promise<boolean> {
  const nowhere = `/prove-${randomBytes(6).toString('hex')}`
  const guarded = routes.some(
    (route) => isGuarded(route) && takes(route, probe.method) && matches(route, nowhere),
  )
  if (guarded) return false
  const there = await send(nowhere)
  return there.status === status && there.body === body
}

const headerNames = {
  none: undefined,
  complete: 'the headers of a preflight',
  'method alone': 'Access-Control-Request-Method',
} as const

function describe({ method, preflight, withBody }: Probe): string {
  const parts = [headerNames[preflight], withBody ? 'a JSON body' : undefined].filter(Boolean)
  return parts.length === 0 ? method : `${method} with ${parts.join(' and ')}`
}
