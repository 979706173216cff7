import { defaultOwners, type Parameters, type Person } from '../../config.ts'
import type { Trial } from '../../plan/attempt.ts'
import { type ManifestRoute, nameOf } from '../../plan/manifest.ts'
import { fill } from '../../plan/path.ts'
import { ownerPersona } from '../../plan/personas.ts'
import { isGuarded } from '../../plan/probes.ts'
import { admitsOwner } from '../../plan/trials.ts'
import type { Finding, SentRequest } from '../../verdict.ts'
import { inside } from '../address.ts'
import type { AttackOptions } from '../attack-options.ts'
import { type Call, call, type FullAnswer, nonceHeader } from '../call.ts'
import type { Holder } from '../lists.ts'
import { headersOf } from '../request.ts'
import type { Resources } from '../resources.ts'
import { sentRequest } from '../sent.ts'

/** The parts of a request that a trial changes. */
export interface Parts {
  readonly parameters: Parameters
  readonly query: string
  readonly body: unknown
}

export interface Reply extends FullAnswer {
  readonly request: SentRequest
}

/** What a trial works with. */
export interface TrialContext {
  readonly resources: Resources
  readonly options: AttackOptions
}

export const entered = (status: number): boolean => status >= 200 && status < 400

/** The two owners. */
export const ownersOf = ({ options: { config } }: TrialContext): readonly [Person, Person] =>
  config.owners ?? defaultOwners

/** Sends a request of a route as an owner; undefined where there is no answer, or no path. */
export async function send(
  route: ManifestRoute,
  { parameters, query, body }: Parts,
  as: Person,
  { options }: TrialContext,
): Promise<Reply | undefined> {
  options.signal?.throwIfAborted()
  const filled = fill(route.path, parameters)
  if ('missing' in filled) return undefined
  const credentials = (await options.tokens.headers('who-may', ownerPersona(as, as.username))) ?? []
  const request: Call = {
    method: route.method,
    origin: options.base,
    target: inside(options.base, filled.path).pathname + query,
    headers: [
      ...credentials,
      ...headersOf(route, options.config),
      ...(options.nonce === undefined ? [] : [[nonceHeader, options.nonce] as const]),
      ...(body === undefined ? [] : [['Content-Type', 'application/json'] as const]),
    ],
    body: body === undefined ? undefined : JSON.stringify(body),
  }
  try {
    return { ...(await call(request)), request: sentRequest(request, credentials) }
  } catch {
    return undefined
  }
}

/** Routes that an owner may read by parameters that are at hand, those of one name first. */
export function readable(parameters: Parameters, name: string, { options }: TrialContext): ManifestRoute[] {
  const { config, routes } = options
  const fits = routes.filter(
    (route) =>
      route.method === 'GET' &&
      isGuarded(route) &&
      config.skip?.[nameOf(route)] === undefined &&
      route.parameters.every((each) => parameters[each] !== undefined) &&
      admitsOwner(route, config),
  )
  const about = (route: ManifestRoute): number => (route.parameters.includes(name) ? 0 : 1)
  return fits.toSorted((one, other) => about(one) - about(other)).slice(0, viewLimit)
}
/** Enough to see whether something changed; more would make every write a reading of the whole application. */
const viewLimit = 12

/** An owner with the ids of their resources that a list at this route's path may show. */
export const holderOf = (route: ManifestRoute, person: Person, { resources }: TrialContext): Holder =>
  resources.holder(route, person)

/** A finding of a trial. */
export function finding(
  { route, caller }: Trial,
  given: Pick<Finding, 'verdict' | 'why'> & { variant?: string; reply?: Reply | undefined },
): Finding {
  const { verdict, why, variant, reply } = given
  const about = { route: nameOf(route), caller, as: 'one owner', variant, expected: 'refused' as const }
  const found = { ...about, verdict, status: reply?.status, why }
  return reply === undefined || verdict === 'held' ? found : { ...found, request: reply.request }
}
