import { isAscii, isUtf8 } from 'node:buffer'

/** A parsed JSON object whose members are not checked yet. */
export type JsonObject = Record<string, unknown>

const maxDepth = 32

const quote = 0x22
const backslash = 0x5c
const colon = 0x3a
const openBrace = 0x7b
const closeBrace = 0x7d
const openBracket = 0x5b
const closeBracket = 0x5d

/**
 * Reads a JSON object strictly: well-formed UTF-8, no duplicate member names at any depth (RFC 8725, section 2.4;
 * parsers disagree on which one counts), at most 32 levels deep. Returns undefined for anything else.
 */
export function parseJsonObject(bytes: Buffer): JsonObject | undefined {
  const text = textOf(bytes)
  if (text === undefined) return undefined
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined // not JSON: the caller says what that means for it
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const written = countWrittenMembers(bytes)
  if (written === undefined || written !== countMembers(value)) return undefined
  return value as JsonObject
}

// most claims are ASCII, which takes half as long to decode; invalid UTF-8 yields undefined
function textOf(bytes: Buffer): string | undefined {
  if (isAscii(bytes)) return bytes.toString('latin1')
  return isUtf8(bytes) ? bytes.toString('utf8') : undefined
}

/**
 * Counts the members in valid JSON, which is the number of colons outside of strings; undefined if it is nested too
 * deeply. A parsed object has fewer members exactly if a name was repeated.
 */
function countWrittenMembers(bytes: Buffer): number | undefined {
  let members = 0
  let depth = 0
  for (let i = 0; i < bytes.length; i++) {
    switch (bytes[i]) {
      case quote:
        for (i++; bytes[i] !== quote; i++) if (bytes[i] === backslash) i++
        break
      case colon:
        members++
        break
      case openBrace:
      case openBracket:
        if (++depth > maxDepth) return undefined
        break
      case closeBrace:
      case closeBracket:
        depth--
        break
    }
  }
  return members
}

function countMembers(value: object): number {
  let members = 0
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item === 'object' && item !== null) members += countMembers(item)
    return members
  }
  for (const name in value) {
    members++
    const member = (value as JsonObject)[name]
    if (typeof member === 'object' && member !== null) members += countMembers(member)
  }
  return members
}

/** Freezes a parsed JSON value and everything in it. */
export function deepFreeze<T extends object>(value: T): Readonly<T> {
  for (const name in value) {
    const member = value[name]
    if (typeof member === 'object' && member !== null) deepFreeze(member)
  }
  return Object.freeze(value)
}
