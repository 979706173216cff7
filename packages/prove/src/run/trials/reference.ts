import { randomBytes } from 'node:crypto'
import { defaultOwners } from '../../config.ts'
import type { Trial } from '../../plan/attempt.ts'
import { type ManifestRoute, writes } from '../../plan/manifest.ts'
import { privateParameters } from '../../plan/references.ts'
import type { Finding } from '../../verdict.ts'
import { leavesOf, showsWhat, unstable } from './leaves.ts'
import { entered, finding, ownersOf, type Reply, readable, send, type TrialContext } from './sender.ts'
import { madeUp, type Swap, swapsOf } from './swaps.ts'
import { differences, viewOf } from './view.ts'

/** What became of one reference: nothing to say where it was guessed wrongly. */
type Outcome = Finding | 'held' | undefined

/**
 * Puts another owner's resource wherever a request may name one. Reading is believed to have reached it when the answer
 * shows what only the other owner's own request shows; writing, when the other owner sees a change.
 */
export async function tryReferences(trial: Trial, context: TrialContext): Promise<Finding[]> {
  const { route } = trial
  const [one] = ownersOf(context)
  const made = await context.resources.of(route, one, false)
  if ('why' in made) return []
  const own = await withPrivates(route, made.parameters, context)
  const unique = await uniqueThatPasses(route, own, context)
  const outcomes: { outcome: Outcome }[] = []
  const swaps = swapsFor(route, own, unique, context)
  for (const swap of swaps) {
    // the same place may be tried with a number and with a text: the first that leads there is enough
    const outcome = writes(route.method)
      ? await tryWrite(trial, swap, unique, context)
      : await tryRead(trial, swap, own, context)
    outcomes.push({ outcome })
    if (typeof outcome === 'object' && outcome.verdict === 'breach') break
  }
  const found = outcomes.flatMap(({ outcome }) => (typeof outcome === 'object' ? [outcome] : []))
  const held = outcomes.filter(({ outcome }) => outcome === 'held').length
  if (found.length > 0 || held === 0) return found
  return [
    finding(trial, { verdict: 'held', why: `none of ${held} references led to another owner's resource` }),
  ]
}

function swapsFor(
  route: ManifestRoute,
  own: Readonly<Record<string, string>>,
  unique: string,
  { resources, options: { config, routes } }: TrialContext,
): Swap[] {
  const providerOf = (name: string): string | undefined => resources.providerOf(name)
  const [{ id }] = config.owners ?? defaultOwners
  return swapsOf({ route, config, routes, own, providerOf, unique, ownerId: id })
}

/** On a route without parameters, whatever recipes made for this owner may be referred to. */
async function withPrivates(
  route: ManifestRoute,
  own: Readonly<Record<string, string>>,
  { resources, options }: TrialContext,
  index: 0 | 1 = 0,
  fresh = false,
): Promise<Readonly<Record<string, string>>> {
  if (route.parameters.length > 0 || Object.keys(own).length > 0) return own
  const person = ownersOf({ resources, options })[index]
  return {
    ...(await resources.everything(
      [...privateParameters(options.routes, options.config).keys()],
      person,
      fresh,
    )),
    ...own,
  }
}

/** A word that makes texts of the body new, or none where the application takes only the texts that it was given. */
async function uniqueThatPasses(
  route: ManifestRoute,
  own: Readonly<Record<string, string>>,
  context: TrialContext,
): Promise<string> {
  if (!writes(route.method) || route.method === 'DELETE') return ''
  const [one] = ownersOf(context)
  const unique = randomBytes(4).toString('hex')
  const [swap] = swapsFor(route, own, unique, context)
  if (swap === undefined) return ''
  const reply = await send(route, swap.request(own[swap.name] ?? ''), one, context)
  return reply !== undefined && entered(reply.status) ? unique : ''
}

async function tryRead(
  trial: Trial,
  swap: Swap,
  own: Readonly<Record<string, string>>,
  context: TrialContext,
): Promise<Outcome> {
  const { route } = trial
  const [one, other] = ownersOf(context)
  const made = await context.resources.of(route, other, false)
  if ('why' in made) return undefined
  const theirs = await withPrivates(route, made.parameters, context, 1)
  const value = theirs[swap.name]
  if (value === undefined || value === own[swap.name]) return undefined
  const ask = (as: typeof one, reference: string, by = swap): Promise<Reply | undefined> =>
    send(route, by.request(reference), as, context)
  const control = await ask(one, own[swap.name] ?? '')
  if (control === undefined || !entered(control.status))
    return swap.told ? controlFailed(trial, swap, control) : undefined
  const answer = await ask(one, value)
  if (answer === undefined) return undefined
  if (!entered(answer.status)) return answer.status < 500 ? 'held' : unclear(trial, swap, answer)
  const invented = madeUp(value)
  const theirSwap = swapFor(swap, route, theirs, '', context)
  const again = await ask(one, value)
  const nothing = await ask(one, invented)
  const theirAnswer = await ask(other, value, theirSwap)
  if (again === undefined || nothing === undefined || theirAnswer === undefined) return undefined
  const shows = showsWhat(leavesOf(answer.body, [value]), {
    theirs: entered(theirAnswer.status) ? leavesOf(theirAnswer.body, [value]) : new Map(),
    nothing: entered(nothing.status) ? leavesOf(nothing.body, [invented]) : new Map(),
    apart: unstable(leavesOf(answer.body), leavesOf(again.body)),
  })
  const plainly = !entered(nothing.status) && entered(theirAnswer.status)
  if (shows === undefined && !plainly) return 'held'
  return breach(
    trial,
    swap,
    answer,
    shows === undefined
      ? `answered ${answer.status} about another owner's resource, and ${nothing.status} about one that does not exist`
      : `the answer shows another owner's resource (\`${shows}\`)`,
  )
}

async function tryWrite(trial: Trial, swap: Swap, unique: string, context: TrialContext): Promise<Outcome> {
  const { route } = trial
  const { resources } = context
  const [one, other] = ownersOf(context)
  const makeFor = async (index: 0 | 1): Promise<Readonly<Record<string, string>> | undefined> => {
    const person = index === 0 ? one : other
    const made = await resources.of(route, person, true)
    return 'why' in made ? undefined : withPrivates(route, made.parameters, context, index, true)
  }
  const [mine, theirs] = [await makeFor(0), await makeFor(1)]
  if (mine === undefined || theirs === undefined) return undefined
  const value = theirs[swap.name]
  if (value === undefined || value === mine[swap.name]) return undefined
  const routes = readable(theirs, swap.name, context)
  const look = (): ReturnType<typeof viewOf> => viewOf(routes, theirs, other, context)

  const before = await look()
  const plain = swapFor(swap, route, mine, unique, context)
  const control = await send(route, plain.request(mine[swap.name] ?? ''), one, context)
  if (control === undefined || !entered(control.status))
    return swap.told ? controlFailed(trial, swap, control) : undefined
  const between = await look()
  const usual = differences(before, between)

  let answered: Reply | undefined
  for (const severally of swap.several === undefined ? [false] : [false, true]) {
    // a request that succeeds may use up what it is about
    const fresh = await makeFor(0)
    if (fresh === undefined) return undefined
    const attack = swapFor(swap, route, fresh, unique, context)
    const parts = severally ? attack.several?.(fresh[swap.name] ?? '', value) : attack.request(value)
    const answer = parts === undefined ? undefined : await send(route, parts, one, context)
    if (answer === undefined) continue
    answered = answer
    const changed = [...differences(between, await look())].filter(([key]) => !usual.has(key))
    const [first] = changed
    if (first !== undefined)
      return breach(trial, swap, answer, `it took effect: the other owner finds that ${first[1]}`)
    if (answer.status >= 500) return unclear(trial, swap, answer)
  }
  if (answered === undefined) return undefined
  if (!entered(answered.status)) return 'held'
  const last = await makeFor(0)
  if (last === undefined) return undefined
  const invented = swapFor(swap, route, last, unique, context)
  return tryMadeUp(trial, invented, value, answered, { sees: between.size > 0, context })
}

/** Nothing changed that the other owner sees: a made-up reference shows whether the application looked it up at all. */
async function tryMadeUp(
  trial: Trial,
  swap: Swap,
  value: string,
  answer: Reply,
  { sees, context }: { sees: boolean; context: TrialContext },
): Promise<Outcome> {
  const [one] = ownersOf(context)
  const nothing = await send(trial.route, swap.request(madeUp(value)), one, context)
  if (nothing !== undefined && [400, 403, 404, 409, 410, 422].includes(nothing.status))
    return breach(
      trial,
      swap,
      answer,
      `answered ${answer.status} about another owner's resource, and ${nothing.status} about one that does not exist`,
    )
  if (sees || !swap.told) return 'held'
  return finding(trial, {
    verdict: 'unproven',
    why: `answered ${answer.status} to ${swap.what} of another owner, and no GET route of that owner shows whether it took effect`,
    reply: answer,
  })
}

/** The same place of the request, with other resources of the caller in the rest of it. */
function swapFor(
  { what, told }: Swap,
  route: ManifestRoute,
  own: Readonly<Record<string, string>>,
  unique: string,
  context: TrialContext,
): Swap {
  const same = swapsFor(route, own, unique, context).find((each) => each.what === what && each.told === told)
  if (same === undefined) throw new Error(`no ${what} any more`)
  return same
}

const breach = (trial: Trial, { what }: Swap, reply: Reply, why: string): Finding =>
  finding(trial, { verdict: 'breach', why, variant: what, reply })

const unclear = (trial: Trial, { what }: Swap, reply: Reply): Finding =>
  finding(trial, {
    verdict: 'unproven',
    why: `answered ${reply.status} to another owner's resource, which does not show that it was rejected`,
    variant: what,
    reply,
  })

const controlFailed = (trial: Trial, { what }: Swap, reply: Reply | undefined): Finding =>
  finding(trial, {
    verdict: 'not-tried',
    why: `with the owner's own resource it answers ${reply?.status ?? 'nothing'}: another's would show nothing`,
    variant: what,
    reply,
  })
