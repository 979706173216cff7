import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { defaultOwners, type Parameters, type Person, type ProveConfig } from '../config.ts'
import type { Attempt, Plan, Untried } from '../plan/attempt.ts'
import { nameOf } from '../plan/manifest.ts'
import { fill } from '../plan/path.ts'
import { writes } from '../plan/writes.ts'
import type { Finding } from '../verdict.ts'
import { call, type FullAnswer } from './call.ts'
import { judgeAttempt } from './judge-attempt.ts'
import type { Holder } from './lists.ts'
import { requestOf } from './request.ts'
import { Resources } from './resources.ts'
import type { TokenMaker } from './token-maker.ts'

export interface AttackOptions {
  readonly config: ProveConfig
  readonly base: URL
  readonly tokens: TokenMaker
  /** Shown to the guard, which then tells its decision; undefined where the application was not started by us. */
  readonly nonce: string | undefined
  /** Hears how far it is. */
  readonly onProgress: (done: number, all: number) => void
}

/** Reads that are under way at once: enough to be quick, too few to be a load. */
const atOnce = 8
/** Seconds more than the feed's staleness to wait for it to be noticed. */
const staleMargin = 3

/** Makes every planned call and judges the answers: reads, then writes one by one, then reads while the feed is silent. */
export async function attack({ attempts, untried }: Plan, options: AttackOptions): Promise<Finding[]> {
  const resources = new Resources(options.config, options.base, options.tokens)
  // Lists show whether they leak only once both owners have something that they could leak.
  if (attempts.some(({ caller }) => caller === 'listing-owner')) {
    await resources.ofBoth(attempts.map(({ route }) => route))
  }
  let done = 0
  const one = async (attempt: Attempt): Promise<Finding[]> => {
    const found = await tryOnce(attempt, resources, options)
    done += 1
    options.onProgress(done, attempts.length)
    return found
  }
  const stale = attempts.filter(({ caller }) => caller === 'stale-feed')
  const others = attempts.filter(({ caller }) => caller !== 'stale-feed')
  const owners = options.config.owners ?? defaultOwners
  const reads = others.filter(({ route }) => !writes(route.method))
  const changes = others
    .filter(({ route }) => writes(route.method))
    .toSorted((first, second) => order(first, owners) - order(second, owners))

  const findings = untried.map(notTried)
  for (let at = 0; at < reads.length; at += atOnce)
    findings.push(...(await Promise.all(reads.slice(at, at + atOnce).map(one))).flat())
  for (const attempt of changes) findings.push(...(await one(attempt)))
  if (stale.length > 0 && options.tokens.stopFeed !== undefined) {
    options.tokens.stopFeed()
    const seconds = stalenessOf(options.config)
    const until = performance.now() + (seconds + staleMargin) * 1000
    for (const attempt of stale) findings.push(...(await untilHeld(() => one(attempt), until)))
  }
  return findings
}

/** Seconds after which the application takes a silent feed for stale. */
const stalenessOf = ({ revocation = {} }: ProveConfig): number =>
  revocation === false ? 0 : (revocation.staleness ?? 10)

/**
 * Deletions last, and of those the children before their parents; whoever may pass at the end of each, the owner first:
 * after that the resource may be gone.
 */
function order({ route, expected, persona }: Attempt, [owner]: readonly [Person, Person]): number {
  const deletion = route.method === 'DELETE' ? 1000 - route.path.split('/').length * 10 : 0
  return deletion + (expected === 'refused' ? 0 : persona?.id === owner.id ? 1 : 2)
}

/** A feed grows stale in its own time: asks again until the answer is the right one, or it is late. */
async function untilHeld(one: () => Promise<Finding[]>, until: number): Promise<Finding[]> {
  for (;;) {
    const findings = await one()
    if (findings.every(({ verdict }) => verdict === 'held') || performance.now() > until) return findings
    await pause(200)
  }
}

function notTried({ route, caller, as, expected, why }: Untried): Finding {
  const about = { route: nameOf(route), caller, as, variant: undefined, expected }
  return { ...about, verdict: 'not-tried', status: undefined, why }
}

async function tryOnce(attempt: Attempt, resources: Resources, options: AttackOptions): Promise<Finding[]> {
  const { route, caller, persona, variant, expected } = attempt
  const about = { route: nameOf(route), caller, as: persona?.name ?? 'nobody', variant, expected }
  const headers = await options.tokens.headers(caller, persona)
  // A kind of caller that these tokens cannot make: the column stays empty for all routes alike.
  if (headers === undefined) return []
  const target = await targetOf(attempt, resources, options.config)
  if ('why' in target) return [{ ...about, verdict: 'not-tried', status: undefined, why: target.why }]

  const [owner, other] = options.config.owners ?? defaultOwners
  const unique = randomBytes(6).toString('hex')
  let answer: FullAnswer
  try {
    answer = await call(requestOf(attempt, target.path, headers, { ...options, unique, anotherId: other.id }))
  } catch (error) {
    const why = `no answer: ${error instanceof Error ? error.message : String(error)}`
    return [{ ...about, verdict: 'unproven', status: undefined, why }]
  }
  const holders: [Holder, Holder] = [resources.holder(route, owner), resources.holder(route, other)]
  if (persona?.id === other.id) holders.reverse()
  const judged = judgeAttempt(attempt, answer, options.config, holders)
  if (judged === undefined) return []
  // what somebody got hold of may be gone: the next call is about another one
  if (judged.verdict === 'breach' && writes(route.method)) resources.forget(route)
  return [{ ...about, ...judged, status: answer.status }]
}

async function targetOf(
  { route, crossed, expected }: Attempt,
  resources: Resources,
  config: ProveConfig,
): Promise<{ path: string } | { why: string }> {
  const [owner, other] = config.owners ?? defaultOwners
  // A call that may succeed spoils what it is about; each gets a resource of its own.
  const spoils = writes(route.method) && (expected === 'let in' || crossed !== undefined)
  const own = await resources.of(route, owner, spoils)
  if ('why' in own) return own
  let parameters: Parameters = own.parameters
  if (crossed !== undefined) {
    const theirs = await resources.of(route, other, spoils)
    if ('why' in theirs) return theirs
    parameters = { ...parameters, [crossed]: theirs.parameters[crossed] ?? '' }
  }
  const filled = fill(route.path, parameters)
  if ('missing' in filled) return { why: `the recipe gave no \`${filled.missing}\`` }
  return { path: filled.path + (config.queries?.[nameOf(route)] ?? '') }
}
