import { randomBytes } from 'node:crypto'
import type { Probe } from '../plan/attempt.ts'
import { type ManifestRoute, nameOf } from '../plan/manifest.ts'
import { isGuarded, isRare, matches, takes } from '../plan/probes.ts'
import { writes } from '../plan/writes.ts'
import type { Finding } from '../verdict.ts'
import type { AttackOptions } from './attack-options.ts'
import { call, type FullAnswer } from './call.ts'
import { judgeProbe } from './judge-probe.ts'
import { probeRequest } from './request.ts'
import type { Resources } from './resources.ts'
import { targetOf } from './target.ts'

/** Sends a probe; gives what it found, undefined where no handler answered, or 'untried' where there is no resource. */
export async function sendProbe(
  probe: Probe,
  resources: Resources,
  options: AttackOptions,
): Promise<Finding | undefined | 'untried'> {
  const { route, method } = probe
  const { config } = options
  const target = await targetOf(route, { resources, config, spoils: false })
  // for want of the same recipe the route's other callers are not tried either, which is told once
  if ('why' in target) return 'untried'
  const parts = { ...options, unique: randomBytes(6).toString('hex'), anotherId: '' }
  const about = { ...aboutProbes(route), variant: describe(probe) }
  const send = (path: string): Promise<FullAnswer> => call(probeRequest(probe, path, parts))
  let answer: FullAnswer
  try {
    answer = await send(target.path)
  } catch (error) {
    // a server may hang up on a method that it does not know
    if (!probe.declared || isRare(method)) return undefined
    const why = `no answer: ${error instanceof Error ? error.message : String(error)}`
    return { ...about, verdict: 'unproven', status: undefined, why }
  }
  const judged = judgeProbe(probe, answer)
  if (judged === undefined) return undefined
  if (judged.verdict === 'breach') {
    if (answer.decision === undefined && (await answersAnywhere(probe, answer, options.routes, send)))
      return undefined
    // what somebody got hold of may be gone: the next call is about another one
    if (writes(method)) resources.forget(route)
  }
  return { ...about, ...judged, status: answer.status }
}

/** One line for all probes of a route that no handler answered. */
export const heldProbes = (route: ManifestRoute, sent: number): Finding => ({
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

/** Whether the same answer comes where no route is: then something in front gives it, and no handler was called. */
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
