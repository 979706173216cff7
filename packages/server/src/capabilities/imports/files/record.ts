/** Why a part of a file, or a user in it, is refused. Never contains what stands in the file. */
export interface Fault {
  /** Which field; `record` for the whole. */
  readonly field: string
  readonly code: string
  readonly detail: string
}

/** One element of a file: a row, a line or an object. */
export interface FileRecord {
  /** The line that it begins on, from 1. */
  readonly line: number
  /** The name of the list that it stands in, where a file has several. */
  readonly list: string
  /** What it says; undefined where it has a fault. */
  readonly value?: unknown
  readonly fault?: Fault
}

/** Longer records are skipped while they are read, so that none fills the memory. */
export const longestRecord = 1024 * 1024
/** Deeper records are refused. */
export const deepest = 32

export const fault = (field: string, code: string, detail: string): Fault => ({ field, code, detail })

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The text of a record's bytes. */
export function decode(bytes: Uint8Array): string | Fault {
  if (bytes.length > longestRecord) return fault('record', 'too_long', 'A record has at most 1 MiB.')
  try {
    return utf8.decode(bytes)
  } catch {
    return fault('record', 'invalid_utf8', 'The record is not valid UTF-8.')
  }
}

/** Reads a record's bytes as JSON. */
export function readJson(line: number, list: string, bytes: Uint8Array): FileRecord {
  const text = decode(bytes)
  if (typeof text !== 'string') return { line, list, fault: text }
  if (isDeep(text)) {
    return { line, list, fault: fault('record', 'too_deep', `JSON is nested at most ${deepest} deep.`) }
  }
  try {
    return { line, list, value: JSON.parse(text) }
  } catch {
    return { line, list, fault: fault('record', 'malformed_json', 'The record is not valid JSON.') }
  }
}

function isDeep(text: string): boolean {
  let depth = 0
  let inString = false
  for (let i = 0; i < text.length; i += 1) {
    const c = text.charCodeAt(i)
    if (inString) {
      if (c === 0x5c) i += 1
      else if (c === 0x22) inString = false
    } else if (c === 0x22) inString = true
    else if (c === 0x5b || c === 0x7b) {
      depth += 1
      if (depth > deepest) return true
    } else if (c === 0x5d || c === 0x7d) depth -= 1
  }
  return false
}

/** Collects the bytes of a record over chunks, and stops keeping them beyond the maximum. */
export class Collected {
  #parts: Uint8Array[] = []
  #length = 0

  add(bytes: Uint8Array): void {
    this.#length += bytes.length
    if (this.#length <= longestRecord) this.#parts.push(bytes)
    else this.#parts = []
  }

  /** Gives the bytes and begins anew. Too many give an array that is too long, without their content. */
  take(): Uint8Array {
    const bytes = this.#length > longestRecord ? tooLong : Buffer.concat(this.#parts)
    this.#parts = []
    this.#length = 0
    return bytes
  }
}

const tooLong = new Uint8Array(longestRecord + 1)
