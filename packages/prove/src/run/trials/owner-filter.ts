import type { Person } from '../../config.ts'
import type { Trial } from '../../plan/attempt.ts'
import { queryOf, triedOwnerNames } from '../../plan/bodies.ts'
import { nameOf } from '../../plan/manifest.ts'
import type { Finding } from '../../verdict.ts'
import { parsed, readList } from '../lists.ts'
import { leavesOf, showsWhat } from './leaves.ts'
import { few, fieldsNaming } from './owner-fields.ts'
import { entered, finding, holderOf, ownersOf, type Reply, send, type TrialContext } from './sender.ts'

/** An owner who does not exist. */
const noOne = 'prove-nobody-at-all'

/** Filters a list by another's id, under every name that such filters have. */
export async function tryOwnerFilter(trial: Trial, context: TrialContext): Promise<Finding[]> {
  const { route } = trial
  const [one, other] = ownersOf(context)
  const made = await context.resources.of(route, one, false)
  if ('why' in made) return []
  const { config } = context.options
  const things = { own: made.parameters, other: made.parameters, unique: 'filter' }
  const plain = queryOf(route, config, things)
  const ask = (as: Person, fields: readonly string[], value: string): Promise<Reply | undefined> => {
    const query = new URLSearchParams(plain)
    for (const field of fields) query.set(field, value)
    const text = query.toString()
    return send(
      route,
      { parameters: made.parameters, query: text === '' ? '' : `?${text}`, body: undefined },
      as,
      context,
    )
  }
  const [base, theirs] = [await ask(one, [], ''), await ask(other, [], '')]
  const holders = [holderOf(route, one, context), holderOf(route, other, context)] as const
  if (base === undefined || theirs === undefined || !entered(base.status)) return []
  const list = readList(base.body, holders[0], holders[1], nameOf(route))
  // no list, or one that leaks without any filter
  if (list === undefined || list.shown === 'leak') return []
  const fields = [
    ...new Set([...fieldsNaming(parsed(base.body), one), ...triedOwnerNames, ...(config.ownerFields ?? [])]),
  ]
  const breachBy = async (those: readonly string[]): Promise<Finding | 'kept' | undefined> => {
    const answer = await ask(one, those, other.id)
    if (answer === undefined || !entered(answer.status)) return undefined
    const nothing = await ask(one, those, noOne)
    const shows = showsWhat(leavesOf(answer.body, [other.id]), {
      theirs: entered(theirs.status) ? leavesOf(theirs.body, [other.id]) : new Map(),
      nothing: new Map([
        ...leavesOf(base.body, [other.id]),
        ...(nothing === undefined ? [] : leavesOf(nothing.body, [noOne])),
      ]),
      apart: new Set(),
    })
    const filtered = readList(answer.body, holders[0], holders[1], nameOf(route))
    const leaks = filtered?.shown === 'leak' || shows?.includes('[') === true
    if (!leaks) return 'kept'
    const why = "the filter is believed: the list shows another owner's rows"
    return finding(trial, { verdict: 'breach', why, variant: `${few(those)} in the query`, reply: answer })
  }
  const together = await breachBy(fields)
  for (const field of together === 'kept' ? [] : fields) {
    const alone = await breachBy([field])
    if (typeof alone === 'object') return [alone]
  }
  if (typeof together === 'object') return [together]
  return [
    finding(trial, { verdict: 'held', why: `none of ${fields.length} filters showed another owner's rows` }),
  ]
}
