import { type FieldError, InvalidInput } from './errors.ts'

/** The result of reading one field: its value in the form that is stored, or why it is invalid. */
export type Reading<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly code: string; readonly detail: string }

/** Reads one field; undefined where there was none, or where it is invalid. */
export type ReadField = <T>(
  field: string,
  text: string | null | undefined,
  read: (text: string) => Reading<T>,
) => T | undefined

/**
 * Reads several fields and reports all invalid ones together.
 *
 * @throws InvalidInput (`invalid_input`, 422) with one entry for each invalid field
 */
export function readAll<T>(work: (read: ReadField) => T): T {
  const errors: FieldError[] = []
  const result = work((field, text, read) => {
    if (text === undefined || text === null) return undefined
    const reading = read(text)
    if (reading.ok) return reading.value
    errors.push({ field, code: reading.code, detail: reading.detail })
    return undefined
  })
  if (errors.length > 0) throw new InvalidInput(errors)
  return result
}
