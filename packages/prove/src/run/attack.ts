import { setTimeout as pause } from 'node:timers/promises'
import { invalidCallers } from '../callers.ts'
import { defaultOwners, type Person, type ProveConfig } from '../config.ts'
import type { Attempt, Plan, Untried } from '../plan/attempt.ts'
import { nameOf, writes } from '../plan/manifest.ts'
import type { Finding } from '../verdict.ts'
import type { AttackOptions } from './attack-options.ts'
import { call, type FullAnswer } from './call.ts'
import { judgeAttempt } from './judge-attempt.ts'
import type { Holder } from './lists.ts'
import { sendProbes } from './probe.ts'
import { requestOf } from './request.ts'
import { Resources } from './resources.ts'
import { sentRequest } from './sent.ts'
import { madeUpTarget, targetOf } from './target.ts'
import { tryOut } from './trials/try-out.ts'

/** Reads that are under way at once: enough to be quick, too few to be a load. */
const atOnce = 8
/** Seconds more than the feed's staleness to wait for it to be noticed. */
const staleMargin = 3

/**
 * Makes every planned call and judges the answers: reads, then probes without a token, then writes one by one, trials
 * that look what a write did, deletions, then reads while the feed is silent.
 */
export async function attack(
  { attempts, probes, trials, untried }: Plan,
  options: AttackOptions,
): Promise<Attacked> {
  const resources = new Resources(options)
  // Lists show whether they leak only once both owners have something that they could leak.
  if (attempts.some(({ caller }) => caller === 'listing-owner')) {
    await resources.ofBoth(attempts.map(({ route }) => route))
  }
  let done = 0
  const counted = <Found>(found: Found): Found => {
    done += 1
    options.onProgress(done, attempts.length + probes.length + trials.length)
    return found
  }
  const one = (attempt: Attempt): Promise<Finding[]> => {
    options.signal?.throwIfAborted()
    return tryOnce(attempt, resources, options)
  }
  const inBatches = async <Each, Found>(
    all: readonly Each[],
    send: (each: Each) => Promise<Found>,
  ): Promise<Found[]> => {
    const found: Found[] = []
    for (const batch of batches(all)) {
      options.signal?.throwIfAborted()
      found.push(...(await Promise.all(batch.map(async (each) => counted(await send(each))))))
    }
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
  findings.push(...(await inBatches(reads, one)).flat())
  for (const [route, those] of Map.groupBy(probes, (each) => each.route))
    findings.push(...(await sendProbes(route, those, { resources, options, inBatches })))
  const [deletions, kept] = [changes.filter(isDeletion), changes.filter((each) => !isDeletion(each))]
  for (const attempt of kept) findings.push(...(await inBatches([attempt], one)).flat())
  const reading = trials.filter(({ route }) => !writes(route.method))
  findings.push(...(await inBatches(reading, (each) => tryOut(each, resources, options))).flat())
  for (const trial of trials.filter(({ route }) => writes(route.method)))
    findings.push(...(await inBatches([trial], (each) => tryOut(each, resources, options))).flat())
  for (const attempt of deletions) findings.push(...(await inBatches([attempt], one)).flat())
  if (stale.length > 0 && options.tokens.stopFeed !== undefined) {
    options.tokens.stopFeed()
    const seconds = stalenessOf(options.config)
    const until = performance.now() + (seconds + staleMargin) * 1000
    for (const attempt of stale) {
      const asked = (): Promise<Finding[]> => untilHeld(() => one(attempt), until)
      findings.push(...(await inBatches([attempt], asked)).flat())
    }
  }
  return { findings, failures: resources.failures }
}

/** What a run found, and which recipes failed and on what. */
export interface Attacked {
  readonly findings: readonly Finding[]
  readonly failures: ReadonlyMap<string, string>
}

const isDeletion = ({ route }: Attempt): boolean => route.method === 'DELETE'

function* batches<Each>(all: readonly Each[]): Generator<readonly Each[]> {
  for (let at = 0; at < all.length; at += atOnce) yield all.slice(at, at + atOnce)
}

/** Seconds after which the application takes a silent feed for stale. */
const stalenessOf = ({ revocation = {} }: ProveConfig): number =>
  revocation === false ? 0 : (revocation.staleness ?? 10)

/**
 * Deletions last, and of those the children before their parents; allowed callers at the end of each, the owner first:
 * after that the resource may be gone.
 */
function order({ route, expected, persona }: Attempt, [owner]: readonly [Person, Person]): number {
  const deletion = route.method === 'DELETE' ? 1000 - route.path.split('/').length * 10 : 0
  return deletion + (expected === 'refused' ? 0 : persona?.id === owner.id ? 1 : 2)
}

/** Callers whose token is none, or no good: they are rejected whatever they name. */
const needsNothing = ({ caller, expected, crossed }: Attempt): boolean =>
  expected === 'refused' && crossed === undefined && (caller === 'nobody' || invalidCallers.includes(caller))

/** A feed grows stale in its own time: asks again until the answer is the right one, or it is late. */
async function untilHeld(one: () => Promise<Finding[]>, until: number): Promise<Finding[]> {
  for (;;) {
    const findings = await one()
    if (findings.every(({ verdict }) => verdict === 'held') || performance.now() > until) return findings
    await pause(200)
  }
}

function notTried({ route, caller, as, expected, why, verdict = 'not-tried' }: Untried): Finding {
  const about = { route: nameOf(route), caller, as, variant: undefined, expected }
  return { ...about, verdict, status: undefined, why }
}

async function tryOnce(attempt: Attempt, resources: Resources, options: AttackOptions): Promise<Finding[]> {
  const { route, caller, persona, variant, expected } = attempt
  const about = { route: nameOf(route), caller, as: persona?.name ?? 'nobody', variant, expected }
  const headers = await options.tokens.headers(caller, persona)
  // A kind of caller that these tokens cannot make: the column stays empty for all routes alike.
  if (headers === undefined) return []
  // A call that may succeed spoils what it is about; each gets a resource of its own.
  const spoils = writes(route.method) && (expected === 'let in' || attempt.crossed !== undefined)
  const { config } = options
  const known = await targetOf(route, { resources, config, spoils, crossed: attempt.crossed })
  const target = 'why' in known && needsNothing(attempt) ? madeUpTarget(route, config) : known
  if ('why' in target) return [{ ...about, verdict: 'not-tried', status: undefined, why: target.why }]

  const [owner, other] = options.config.owners ?? defaultOwners
  const request = requestOf(attempt, target.path, headers, { ...options, things: target.things })
  let answer: FullAnswer
  try {
    answer = await call(request)
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
  const finding = { ...about, ...judged, status: answer.status }
  return [judged.verdict === 'held' ? finding : { ...finding, request: sentRequest(request, headers) }]
}
