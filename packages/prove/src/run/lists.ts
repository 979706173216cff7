import type { Person } from '../config.ts'
import type { FullAnswer } from './call.ts'

/** Fields by which a row names whom it belongs to. */
const ownerFields = /^(owner|owner_?id|user|user_?id|author|author_?id|sub|created_?by|account_?id)$/i

/** How many rows of a JSON list name `person` as their owner. */
export function leakedRows(answer: FullAnswer, person: Person): number {
  if (answer.status !== 200 || !answer.contentType.includes('json')) return 0
  let value: unknown
  try {
    value = JSON.parse(answer.body)
  } catch {
    return 0 // a body that was cut off, or is no JSON after all: nothing can be said of its rows
  }
  return rowsOf(value).filter((row) => belongsTo(row, person)).length
}

/** The array itself, or the one in an envelope. */
function rowsOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).find((member) => Array.isArray(member)) ?? []
}

function belongsTo(row: unknown, { id, username }: Person): boolean {
  if (typeof row !== 'object' || row === null) return false
  return Object.entries(row).some(
    ([name, value]) =>
      ownerFields.test(name) &&
      (value === id ||
        value === username ||
        (typeof value === 'object' && value !== null && 'id' in value && value.id === id)),
  )
}
