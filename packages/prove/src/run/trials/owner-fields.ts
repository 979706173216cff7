import { randomBytes } from 'node:crypto'
import type { Person } from '../../config.ts'
import type { Trial } from '../../plan/attempt.ts'
import { bodyOf, ownerNames, queryOf, triedOwnerNames } from '../../plan/bodies.ts'
import type { ManifestRoute } from '../../plan/manifest.ts'
import type { Finding } from '../../verdict.ts'
import { names, parsed } from '../lists.ts'
import { leavesOf } from './leaves.ts'
import { entered, finding, ownersOf, type Reply, send, type TrialContext } from './sender.ts'
import { lookAt, type Sight, type Written, whoseNow } from './sight.ts'

/**
 * Writes with another's id in every field that may name an owner, and looks as both owners whose it is then. An answer
 * that repeats the field shows nothing.
 */
export async function tryOwnerFields(trial: Trial, context: TrialContext): Promise<Finding[]> {
  const { route } = trial
  const control = await write(route, [], context)
  if (control === undefined || !entered(control.reply.status)) return []
  const fields = fieldsOf(control, context)
  const plainLook = await lookAt(route, control, context)
  const attempt = (those: readonly string[]): Promise<Shown> =>
    tryFields(trial, those, { control, plainLook, context })
  const together = await attempt(fields)
  if (together.shown === 'kept') return [heldFields(trial)]
  // strict applications take no field that they do not know; and one that is believed has a name
  for (const field of fields) {
    const alone = await attempt([field])
    if (alone.shown === 'found') return [alone.finding]
  }
  return [together.shown === 'found' ? together.finding : heldFields(trial, together.status)]
}

const heldFields = (trial: Trial, status?: number): Finding =>
  finding(trial, {
    verdict: 'held',
    why: `another owner in the body was not believed${status === undefined ? '' : ` (${status})`}`,
  })

type Shown =
  | { readonly shown: 'found'; readonly finding: Finding }
  | { readonly shown: 'kept' }
  | { readonly shown: 'refused'; readonly status: number | undefined }

interface Plainly {
  readonly control: Written
  readonly plainLook: readonly Sight[]
  readonly context: TrialContext
}

/** Writes with another's id in these fields, and compares what both owners see with what a plain write led to. */
async function tryFields(
  trial: Trial,
  fields: readonly string[],
  { control, plainLook, context }: Plainly,
): Promise<Shown> {
  const [one, other] = ownersOf(context)
  const attack = await write(trial.route, fields, context)
  if (attack === undefined || !entered(attack.reply.status))
    return { shown: 'refused', status: attack?.reply.status }
  const look = await lookAt(trial.route, attack, context)
  const moved = whoseNow(plainLook, look, one, other)
  const about = { variant: `${few(fields)} in the body`, reply: attack.reply }
  if (moved !== undefined)
    return {
      shown: 'found',
      finding: finding(trial, { ...about, verdict: 'breach', why: `it was believed: ${moved}` }),
    }
  const echoed = leavesNaming(control.reply, one).some((path) => leafNames(attack.reply, path, other))
  if (look.length > 0 || !echoed) return { shown: 'kept' }
  const why = 'the answer names the other owner, and no GET route shows whose it is now'
  return { shown: 'found', finding: finding(trial, { ...about, verdict: 'unproven', why }) }
}

/** Writes as the first owner, about a fresh resource, with the second owner's id in these fields. */
async function write(
  route: ManifestRoute,
  fields: readonly string[],
  context: TrialContext,
): Promise<Written | undefined> {
  const {
    resources,
    options: { config },
  } = context
  const [one, other] = ownersOf(context)
  const made = await resources.of(route, one, true)
  if ('why' in made) return undefined
  const theirs = await resources.of(route, other, false)
  const things = {
    own: made.parameters,
    other: 'why' in theirs ? {} : theirs.parameters,
    unique: randomBytes(6).toString('hex'),
  }
  const plain = bodyOf(route, route.method, config, things)
  if (fields.length > 0 && (typeof plain !== 'object' || plain === null || Array.isArray(plain)))
    return undefined
  const body =
    fields.length === 0
      ? plain
      : { ...(plain as object), ...Object.fromEntries(fields.map((field) => [field, other.id])) }
  const query = queryOf(route, config, things)
  const reply = await send(route, { parameters: made.parameters, query, body }, one, context)
  return reply === undefined ? undefined : { reply, parameters: made.parameters, body: plain }
}

/** Fields of the body or of the answer that name the caller, those that are configured, and the usual names. */
function fieldsOf({ reply, body }: Written, context: TrialContext): string[] {
  const [one] = ownersOf(context)
  const given =
    typeof body === 'object' && body !== null ? Object.keys(body).filter((name) => ownerNames.test(name)) : []
  return [
    ...new Set([
      ...given,
      ...fieldsNaming(parsed(reply.body), one),
      ...(context.options.config.ownerFields ?? []),
      ...triedOwnerNames,
    ]),
  ]
}

/** Names of the fields, anywhere in a value, that name a person. */
export function fieldsNaming(value: unknown, person: Person, depth = 4): string[] {
  if (typeof value !== 'object' || value === null || depth === 0) return []
  return Object.entries(value).flatMap(([name, member]) => [
    ...(!Array.isArray(value) && name !== 'id' && names(member, person) ? [name] : []),
    ...fieldsNaming(member, person, depth - 1),
  ])
}

const leavesNaming = ({ body }: Reply, person: Person): string[] =>
  [...leavesOf(body)].filter(([, value]) => names(value, person)).map(([path]) => path)

const leafNames = ({ body }: Reply, path: string, person: Person): boolean => {
  const value = leavesOf(body).get(path)
  return value !== undefined && names(value, person)
}

export const few = (fields: readonly string[]): string =>
  fields.length > 3
    ? `\`${fields[0]}\` and ${fields.length - 1} more fields`
    : fields.map((field) => `\`${field}\``).join(', ')
