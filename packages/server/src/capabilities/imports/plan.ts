import type { Context } from '../../context.ts'
import { newId } from '../../platform/crypto/ids.ts'
import { type ImportedAccount, takenKeys } from '../accounts/index.ts'
import { type EmailAddress, readEmail, readUsername, type Username } from '../identifiers/index.ts'
import { type Fault, fault } from './files/record.ts'
import type { ImportOptions } from './options.ts'
import type { ImportRoles } from './roles.ts'
import type { Person } from './sources/person.ts'
import { accountsOf } from './store.ts'
import { derivedUsernames } from './usernames.ts'

/** One record of a batch, and where it stands in the file. */
export interface Placed<T> {
  readonly position: number
  readonly line: number
  readonly what: T
}

/** A user who can be added. */
export interface Planned {
  readonly account: ImportedAccount
  readonly person: Person
  readonly roles: readonly string[]
}

export interface Plan {
  readonly planned: readonly Placed<Planned>[]
  readonly refused: readonly Placed<Fault>[]
  readonly existing: number
}

/** Keys that records before took, where nothing is written that would remember them. */
export class Seen {
  readonly #keys = new Set<string>()

  has = (key: string): boolean => this.#keys.has(key)
  add = (key: string): void => void this.#keys.add(key)
}

interface Candidate {
  readonly person: Person
  readonly id: string
  /** Best first. */
  readonly usernames: readonly Username[]
  readonly email: EmailAddress | undefined
  readonly roles: readonly string[]
}

export const taken = {
  username: fault('username', 'username_taken', 'This username, or one that looks the same, is taken.'),
  email: fault('email', 'email_taken', 'Another account has verified this e-mail address.'),
  id: fault('id', 'id_taken', 'Another account has this id.'),
} as const

/** Decides what becomes of each person of a batch, by what is in the database and in the batch before them. */
export async function planPeople(
  ctx: Context,
  people: readonly Placed<Person>[],
  how: { options: ImportOptions; roles: ImportRoles; startedAt: number; seen?: Seen },
): Promise<Plan> {
  const { options, roles, startedAt, seen = new Seen() } = how
  const refused: Placed<Fault>[] = []
  const known = await accountsOf(
    ctx.db,
    options.from,
    people.map(({ what }) => what.foreignId),
  )
  const candidates: Placed<Candidate>[] = []
  let existing = 0
  for (const { what: person, ...place } of people) {
    const before = known.get(person.foreignId)
    if (
      seen.has(`foreign ${person.foreignId}`) ||
      (before !== undefined && before.imported_at >= startedAt)
    ) {
      refused.push({
        ...place,
        what: fault('id', 'duplicate_id', 'An earlier record of the file has this id.'),
      })
      continue
    }
    if (before !== undefined) {
      existing += 1
      continue
    }
    const candidate = candidateOf(ctx, person, options, roles)
    if ('code' in candidate) refused.push({ ...place, what: candidate })
    else {
      seen.add(`foreign ${person.foreignId}`)
      candidates.push({ ...place, what: candidate })
    }
  }
  const all = candidates.map(({ what }) => what)
  const inUse = await takenKeys(ctx, {
    ids: all.map(({ id }) => id),
    usernameKeys: all.flatMap(({ usernames }) => usernames.map(({ key }) => key)),
    emailKeys: all.flatMap(({ person, email }) => (person.emailVerified && email ? [email.key] : [])),
  })
  const planned: Placed<Planned>[] = []
  for (const { what, ...place } of candidates) {
    const chosen = choose(what, inUse, seen)
    if ('code' in chosen) refused.push({ ...place, what: chosen })
    else planned.push({ ...place, what: { account: chosen, person: what.person, roles: what.roles } })
  }
  return { planned, refused, existing }

  function choose(
    { person, id, usernames, email }: Candidate,
    used: Awaited<ReturnType<typeof takenKeys>>,
    before: Seen,
  ): ImportedAccount | Fault {
    const emailKey = person.emailVerified ? email?.key : undefined
    const username = usernames.find(
      ({ key }) => !used.usernameKeys.has(key) && !before.has(`username ${key}`),
    )
    if (used.ids.has(id)) return taken.id
    if (username === undefined) return taken.username
    if (emailKey !== undefined && (used.emailKeys.has(emailKey) || before.has(`email ${emailKey}`)))
      return taken.email
    before.add(`username ${username.key}`)
    if (emailKey !== undefined) before.add(`email ${emailKey}`)
    const { emailVerified, disabled, createdAt = ctx.clock.now() } = person
    return { id, username, email, emailVerified, disabled, createdAt }
  }
}

function candidateOf(
  ctx: Context,
  person: Person,
  options: ImportOptions,
  known: ImportRoles,
): Candidate | Fault {
  if (person.foreignId === '') return fault('id', 'required', 'The record has no id.')
  if (person.foreignId.length > 256) return fault('id', 'too_long', 'An id has at most 256 characters.')
  // a username that is an address signs in as one
  const { username, email = username?.includes('@') ? username : undefined } = person
  const address = email === undefined ? undefined : readEmail(email)
  if (address?.ok === false) return fault('email', address.code, address.detail)
  const usernames = usernamesOf(person.foreignId, username, email, options)
  if ('code' in usernames) return usernames
  const roles = known.of(person.roles)
  if ('code' in roles) return roles
  const id = isKept(person.foreignId)
    ? person.foreignId
    : newId({ now: () => person.createdAt ?? ctx.clock.now() })
  return { person, id, usernames, email: address?.value, roles }
}

function usernamesOf(
  foreignId: string,
  username: string | undefined,
  email: string | undefined,
  { rename }: ImportOptions,
): readonly Username[] | Fault {
  if (username === undefined || username.includes('@')) {
    return email === undefined
      ? fault('username', 'required', 'The record has neither a username nor an e-mail address.')
      : derivedUsernames(email, foreignId)
  }
  const reading = readUsername(username)
  if (reading.ok) return [reading.value]
  return rename ? derivedUsernames(username, foreignId) : fault('username', reading.code, reading.detail)
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
/** What random ids of other products look like. Numbers and names are too short: one day another user might get them. */
const opaque = /^[A-Za-z0-9_|-]{20,128}$/

/** Whether an id stays: the rows of applications that name it then need no change. */
export const isKept = (foreignId: string): boolean => uuid.test(foreignId) || opaque.test(foreignId)
