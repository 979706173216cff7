import type { CallerKind } from '../callers.ts'
import { defaultOwners, type Parameters, type ProveConfig } from '../config.ts'
import type { Attempt, Plan, Untried } from '../plan/attempt.ts'
import { type ManifestRoute, nameOf } from '../plan/manifest.ts'
import { fill, vary } from '../plan/path.ts'
import { writes } from '../plan/plan.ts'
import { type Finding, judge } from '../verdict.ts'
import { inside } from './address.ts'
import { call, type FullAnswer, nonceHeader } from './call.ts'
import { leakedRows } from './lists.ts'
import { Resources } from './resources.ts'
import type { TokenMaker } from './tokens.ts'

export interface AttackOptions {
  readonly config: ProveConfig
  readonly base: URL
  readonly tokens: TokenMaker
  /** Shown to the guard, which then tells its decision; undefined where the application was not started by us. */
  readonly nonce: string | undefined
  /** Hears how far it is. */
  readonly onProgress: (done: number, all: number) => void
}

/** Makes every planned call, reads first, one after the other, and judges the answers. */
export async function attack(plan: Plan, options: AttackOptions): Promise<Finding[]> {
  const resources = new Resources(options.config, options.base, options.tokens)
  const findings = plan.untried.map(notTried)
  const ordered = plan.attempts.toSorted((one, other) => order(one) - order(other))
  let done = 0
  for (const attempt of ordered) {
    findings.push(...(await tryOnce(attempt, resources, options)))
    done += 1
    options.onProgress(done, ordered.length)
  }
  return findings
}

/** Reads before writes; deletions last, and the one who may at the very end of each. */
function order({ route, caller }: Attempt): number {
  const method = route.method === 'DELETE' ? 2 : writes(route.method) ? 1 : 0
  return method * 2 + (caller === 'who-may' ? 1 : 0)
}

function notTried({ route, caller, as, expected, why }: Untried): Finding {
  return {
    route: nameOf(route),
    caller,
    as,
    variant: undefined,
    expected,
    verdict: 'not-tried',
    status: undefined,
    why,
  }
}

async function tryOnce(attempt: Attempt, resources: Resources, options: AttackOptions): Promise<Finding[]> {
  const { route, caller, persona, variant, expected, crossed } = attempt
  const about = { route: nameOf(route), caller, as: persona?.name ?? 'nobody', variant, expected }
  const headers = options.tokens.headers(caller, persona)
  // A kind of caller that these tokens cannot make: the column stays empty for all routes alike.
  if (headers === undefined) return []
  const target = await targetOf(attempt, resources, options.config)
  if ('why' in target) return [{ ...about, verdict: 'not-tried', status: undefined, why: target.why }]

  let answer: FullAnswer
  try {
    answer = await send(attempt, target.path, headers, options)
  } catch (error) {
    const why = `no answer: ${error instanceof Error ? error.message : String(error)}`
    return [{ ...about, verdict: 'unproven', status: undefined, why }]
  }
  const judged = crossed === undefined ? judgeVariant(attempt, answer) : judgeCrossed(answer)
  const finding: Finding = { ...about, ...judged, status: answer.status }
  return [finding, ...leaks(attempt, answer, about, options.config)]
}

/** A path in another spelling may simply not exist: a 404 then lets nobody in. */
function judgeVariant({ expected, variant }: Attempt, answer: FullAnswer): ReturnType<typeof judge> {
  const absent = answer.status === 404 || answer.status === 405
  // Redirecting to the guarded spelling shows nothing yet; whoever follows meets the guard there.
  const redirected = answer.status >= 301 && answer.status <= 308
  if (variant !== undefined && (absent || redirected) && answer.decision?.allowed !== true) {
    return { verdict: 'held', why: `this spelling leads nowhere (${answer.status})` }
  }
  return judge(expected, answer)
}

/** Parent and child of different owners: refusing is right, and so is not finding such a child there. */
function judgeCrossed(answer: FullAnswer): ReturnType<typeof judge> {
  if (answer.status === 404) return { verdict: 'held', why: 'there is no such pair (404)' }
  if (answer.status >= 200 && answer.status < 400) {
    return {
      verdict: 'breach',
      why: `answered ${answer.status}: another owner's child was reached through one's own parent`,
    }
  }
  if (answer.status === 401 || answer.status === 403)
    return { verdict: 'held', why: `refused with ${answer.status}` }
  return {
    verdict: 'unproven',
    why: `answered ${answer.status}, which does not show that the pair was checked`,
  }
}

function leaks(
  { route, persona, variant }: Attempt,
  answer: FullAnswer,
  about: Pick<Finding, 'route' | 'caller' | 'as' | 'variant' | 'expected'>,
  config: ProveConfig,
): Finding[] {
  const list = route.method === 'GET' && route.parameters.length === 0 && route.kind === 'guarded'
  if (
    !list ||
    variant !== undefined ||
    persona === undefined ||
    config.sharedLists?.[about.route] !== undefined
  )
    return []
  const [owner, other] = config.owners ?? defaultOwners
  const foreign = leakedRows(answer, persona.id === other.id ? owner : other)
  if (foreign === 0 || about.caller !== 'another-owner') return []
  return [
    {
      ...about,
      verdict: 'breach',
      status: answer.status,
      why: `the list shows ${foreign} of somebody else's rows`,
    },
  ]
}

async function targetOf(
  { route, caller, crossed, persona }: Attempt,
  resources: Resources,
  config: ProveConfig,
): Promise<{ path: string } | { why: string }> {
  const [owner, other] = config.owners ?? defaultOwners
  // A call that may succeed spoils what it is about; each gets a resource of its own.
  const spoils =
    writes(route.method) && (caller === 'who-may' || crossed !== undefined || persona !== undefined)
  const own = await resources.of(route, owner, spoils && caller === 'who-may')
  if ('why' in own) return own
  let parameters: Parameters = own.parameters
  if (crossed !== undefined) {
    const theirs = await resources.of(route, other, false)
    if ('why' in theirs) return theirs
    parameters = { ...parameters, [crossed]: theirs.parameters[crossed] ?? '' }
  }
  const filled = fill(route.path, parameters)
  if ('missing' in filled) return { why: `the recipe gave no \`${filled.missing}\`` }
  return { path: filled.path + (config.queries?.[nameOf(route)] ?? '') }
}

async function send(
  { route, variant }: Attempt,
  path: string,
  caller: readonly (readonly [string, string])[],
  { config, base, nonce }: AttackOptions,
): Promise<FullAnswer> {
  const declared = route.method === 'ALL' ? 'GET' : route.method
  const method = variant === 'HEAD' ? 'HEAD' : variant === 'method override' ? 'POST' : declared
  const url = inside(base, vary(path, variant))
  const body = bodyOf(route, method, config)
  const headers = [
    ...caller,
    ...(nonce === undefined ? [] : [[nonceHeader, nonce] as const]),
    ...(body === undefined ? [] : [['Content-Type', 'application/json'] as const]),
    ...(variant === 'method override' ? [['X-HTTP-Method-Override', declared] as const] : []),
  ]
  return call({ method, origin: base, target: rawTarget(url, vary(path, variant)), headers, body })
}

/** URL tidies some spellings away; what is sent is what was meant. */
function rawTarget(url: URL, path: string): string {
  const at = path.indexOf('?')
  const bare = at === -1 ? path : path.slice(0, at)
  return bare.includes('//') ? bare + url.search : url.pathname + url.search
}

function bodyOf(route: ManifestRoute, method: string, config: ProveConfig): string | undefined {
  if (!writes(method) || method === 'DELETE') return undefined
  return JSON.stringify(config.bodies?.[nameOf(route)] ?? {})
}

/** The caller kinds, for whoever groups findings. */
export type { CallerKind }
