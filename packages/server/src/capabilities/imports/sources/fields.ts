import type { Reading } from '../../../platform/reading.ts'
import { isStorable } from '../../../platform/storable-text.ts'
import { type Fault, fault } from '../files/record.ts'

/** A field of a record cannot be used; becomes a refusal of the record. */
export class FieldFault extends Error {
  readonly fault: Fault

  constructor(field: string, code: string, detail: string) {
    super(detail)
    this.fault = fault(field, code, detail)
  }
}

const longest = 4096

/**
 * A record's fields, each looked for under several names (the first that is there counts), whatever type the export gave
 * it. Absent, null and empty are the same. Only the record's own members are looked at.
 */
export class Fields {
  readonly #values: Readonly<Record<string, unknown>>

  constructor(value: unknown) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new FieldFault('record', 'not_an_object', 'The record is not an object.')
    }
    this.#values = value as Record<string, unknown>
  }

  raw(...names: string[]): { name: string; value: unknown } | undefined {
    // names of columns come in lower case
    for (const name of names.flatMap((each) => [each, each.toLowerCase()])) {
      const value = Object.hasOwn(this.#values, name) ? this.#values[name] : undefined
      if (value !== undefined && value !== null && value !== '') return { name, value }
    }
    return undefined
  }

  text(...names: string[]): string | undefined {
    const found = this.raw(...names)
    if (found === undefined) return undefined
    const { name, value } = found
    const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value
    if (typeof text !== 'string') throw new FieldFault(name, 'invalid_type', 'This field must be text.')
    if (text.length > longest) throw new FieldFault(name, 'too_long', 'This field is too long.')
    if (!isStorable(text)) {
      throw new FieldFault(
        name,
        'invalid_characters',
        'This field contains characters that cannot be stored.',
      )
    }
    return text
  }

  flag(...names: string[]): boolean | undefined {
    const found = this.raw(...names)
    if (found === undefined) return undefined
    const word = String(found.value).toLowerCase()
    if (['true', 't', 'yes', 'y', 'on', '1'].includes(word)) return true
    if (['false', 'f', 'no', 'n', 'off', '0'].includes(word)) return false
    throw new FieldFault(found.name, 'invalid_type', 'This field must be true or false.')
  }

  /** Milliseconds since the epoch. */
  time(...names: string[]): number | undefined {
    const found = this.raw(...names)
    if (found === undefined) return undefined
    const time = timeOf(found.value)
    if (time === undefined) throw new FieldFault(found.name, 'invalid_time', 'This field must be a time.')
    return time
  }

  /** Names in a list, or in text separated by commas. */
  names(...names: string[]): string[] {
    const found = this.raw(...names)
    if (found === undefined) return []
    const { name, value } = found
    const list: unknown = typeof value === 'string' ? value.split(',') : value
    if (!Array.isArray(list) || list.length > 100 || !list.every((each) => typeof each === 'string')) {
      throw new FieldFault(name, 'invalid_type', 'This field must be a list of names.')
    }
    return list.map((each) => each.trim()).filter((each) => each !== '')
  }

  /** The fields of a member that is an object, or JSON as text (in CSV). None where there is nothing. */
  object(...names: string[]): Fields {
    const found = this.raw(...names)
    if (found === undefined) return new Fields({})
    if (typeof found.value !== 'string') return new Fields(found.value)
    return new Fields(parsed(found.name, found.value))
  }

  /** The objects of a list. */
  objects(name: string): Fields[] {
    const value = this.raw(name)?.value ?? []
    if (!Array.isArray(value) || value.length > 100) {
      throw new FieldFault(name, 'invalid_type', 'This field must be a list of objects.')
    }
    return value.map((each) => new Fields(each))
  }
}

function parsed(name: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new FieldFault(name, 'malformed_json', 'This field must be JSON.')
  }
}

/** Seconds or milliseconds since the epoch, or a date as databases write it (UTC, where it does not say). */
function timeOf(value: unknown): number | undefined {
  if (typeof value === 'object' && value !== null && Object.hasOwn(value, '$date')) {
    return timeOf((value as { $date: unknown }).$date)
  }
  if (typeof value === 'number' || (typeof value === 'string' && /^\d{1,16}(\.\d+)?$/.test(value))) {
    const number = Number(value)
    return plausible(number > 100_000_000_000 ? number : number * 1000)
  }
  const match =
    typeof value === 'string'
      ? /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?) ?(?:(Z|UTC)|([+-]\d\d):?(\d\d)?)?)?$/.exec(
          value,
        )
      : null
  if (match === null) return undefined
  const [, day, clock = '00:00', , hours, minutes = '00'] = match
  return plausible(Date.parse(`${day}T${clock}${hours === undefined ? 'Z' : `${hours}:${minutes}`}`))
}

const plausible = (time: number): number | undefined =>
  Number.isFinite(time) && time >= 0 && time < 253_402_300_800_000 ? Math.trunc(time) : undefined

/** What a reader says of a field. */
export function read<T>(field: string, reading: Reading<T>): T {
  if (!reading.ok) throw new FieldFault(field, reading.code, reading.detail)
  return reading.value
}
