import { hash, randomBytes } from 'node:crypto'
import { outcomeOf } from './actions.ts'
import type { AuditEventsTable } from './schema.ts'

/** What an entry's digest covers, apart from its place: the columns that never change once it is chained. */
export type Chained = Pick<
  AuditEventsTable,
  | 'id'
  | 'at'
  | 'actor'
  | 'grant_id'
  | 'action'
  | 'target'
  | 'detail'
  | 'count'
  | 'last_at'
  | 'origin_digest'
  | 'names_digest'
>

/** Where an entry stands: its number, and the digest of the entry before; null for the first of all. */
export interface Place {
  readonly sequence: number
  readonly previous: string | null
}

/** An entry as it is exported and digested. */
export function entryOf(row: Chained, { sequence, previous }: Place): Record<string, unknown> {
  return {
    action: row.action,
    actor: row.actor,
    at: row.at,
    count: row.count,
    detail: JSON.parse(row.detail),
    grant: row.grant_id,
    id: row.id,
    last_at: row.last_at ?? row.at,
    names: row.names_digest,
    origin: row.origin_digest,
    outcome: outcomeOf(row.action),
    previous,
    sequence,
    target: row.target,
  }
}

/** An entry's digest: SHA-256, base64url, of its canonical JSON (RFC 8785), the previous digest included. */
export function digestOfEntry(row: Chained, place: Place): string {
  return hash('sha256', canonical(entryOf(row, place)), 'base64url')
}

/** Random enough that no address can be guessed from the digest of its details. */
export const newSalt = (): string => randomBytes(16).toString('base64url')

/** The digest of personal details: it stays in the chain when they are erased. `content` is kept as the text that it is. */
export function digestOfDetails(salt: string, content: string): string {
  return hash('sha256', `${salt}.${content}`, 'base64url')
}

/** JSON with sorted members and no white space (RFC 8785), for values without fractions. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1))
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`
}
