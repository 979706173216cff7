import type { Person } from '../config.ts'
import { ownerNames } from '../plan/bodies.ts'

/** What is known of a list that an owner read. */
export type ListShown =
  | { readonly shown: 'nothing'; readonly why: string }
  | { readonly shown: 'own'; readonly rows: number }
  | { readonly shown: 'leak'; readonly rows: number }

/** One of the two owners, with the ids of resources of the list's kind that were made for them. */
export interface Holder {
  readonly person: Person
  readonly ids: readonly string[]
}

/** Looks in the JSON answer of the route `name` for rows of `other`, and of the reader; undefined where it is no list. */
export function readList(body: string, reader: Holder, other: Holder, name: string): ListShown | undefined {
  const answer = parsed(body)
  const rows = rowsOf(answer, 3)
  if (rows === undefined) return undefined
  // the reader's own record with its roles, such as `req.user`, is no list
  if (names(answer, reader.person) && !rows.some(isObject)) return undefined
  const foreign = rows.filter((row) => belongsTo(row, other)).length
  if (foreign > 0) return { shown: 'leak', rows: foreign }
  const own = rows.filter((row) => belongsTo(row, reader)).length
  if (own > 0) return { shown: 'own', rows: own }
  const why =
    rows.length === 0
      ? `the list is empty: a recipe \`resources['${name}']\` that adds a row and returns its id would show whether it leaks`
      : 'no row names its owner: add the route to `sharedLists` if these rows are for everybody'
  return { shown: 'nothing', why }
}

/** The parsed JSON; undefined for anything else. */
export function parsed(body: string): unknown {
  try {
    return JSON.parse(body) as unknown
  } catch {
    return undefined // cut off, or no JSON after all: nothing can be said of it
  }
}

/** The array itself, or the first one inside an envelope. */
function rowsOf(value: unknown, depth: number): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value
  if (typeof value !== 'object' || value === null || depth === 0) return undefined
  for (const member of Object.values(value)) {
    const rows = rowsOf(member, depth - 1)
    if (rows !== undefined) return rows
  }
  return undefined
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

function belongsTo(row: unknown, { person, ids }: Holder): boolean {
  if (!isObject(row)) return false
  return Object.entries(row).some(([name, value]) =>
    ownerNames.test(name) ? names(value, person) : name === 'id' && ids.includes(String(value)),
  )
}

/** Whether a value names a person: by id, by username, or as an object with such an id. */
export function names(value: unknown, { id, username }: Person): boolean {
  if (typeof value === 'object' && value !== null && 'id' in value) return String(value.id) === id
  return (typeof value === 'string' || typeof value === 'number') && [id, username].includes(String(value))
}
