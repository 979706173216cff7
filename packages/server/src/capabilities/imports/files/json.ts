import { ImportFileUnreadable } from '../errors.ts'
import type { Splitter } from './lines.ts'
import { Collected, type FileRecord, readJson } from './record.ts'

const [quote, backslash, newline, comma] = [0x22, 0x5c, 0x0a, 0x2c]
const closers: Readonly<Record<number, number>> = { 91: 0x5d, 123: 0x7d } // [ ] and { }
const isSpace = (byte: number): boolean => byte === 0x20 || byte === newline || byte === 0x0d || byte === 0x09

/** Deeper than this, brackets are not told apart any more: the record is refused anyway. */
const mostBrackets = 1024

/**
 * Takes a JSON document apart without holding it: the elements of its array, or of each array that is a member of its
 * object, whose name is then the record's list. Everything else in it is passed over.
 *
 * @throws ImportFileUnreadable where brackets don't match: there is no telling where the next element begins
 */
export function splitJson(): Splitter {
  const open: number[] = []
  const collected = new Collected()
  let [line, startLine] = [1, 1]
  let [inString, escaped, inElement, over] = [false, false, false, false]
  /** The last string at the top of an object, and whether it was a key. */
  let [key, list]: [string, string] = ['', '']

  /** How deep elements are: directly in the document's array, or in an array of its object. */
  const elementDepth = (): number => (open[0] === 0x5b ? 1 : open[1] === 0x5b ? 2 : Number.POSITIVE_INFINITY)

  const unreadable = (): never => {
    throw new ImportFileUnreadable(`The file is not valid JSON: look at line ${line}.`)
  }

  return {
    write(chunk) {
      const records: FileRecord[] = []
      /** Where what is collected begins in this chunk; -1 for nothing. */
      let from = inElement || (inString && open.length === 1) ? 0 : -1
      const finish = (end: number): void => {
        collected.add(chunk.subarray(from, end))
        records.push(readJson(startLine, list, collected.take()))
        inElement = false
        from = -1
      }
      const isBetween = (): boolean => open.length === elementDepth()
      for (let i = 0; i < chunk.length; i += 1) {
        const byte = chunk[i] ?? 0
        if (byte === newline) line += 1
        if (inString) {
          if (escaped) escaped = false
          else if (byte === backslash) escaped = true
          else if (byte === quote) {
            inString = false
            if (!inElement && open.length === 1 && open[0] === 0x7b) {
              collected.add(chunk.subarray(from, i))
              key = Buffer.from(collected.take().subarray(0, 100)).toString()
              from = -1
            }
          }
          continue
        }
        if (isSpace(byte)) continue
        if (over) unreadable()
        if (isBetween()) {
          const ends = byte === comma || byte === closers[open.at(-1) ?? 0]
          if (inElement && ends) finish(i)
          else if (!inElement && !ends) {
            inElement = true
            startLine = line
            from = i
          }
        }
        if (byte === quote) {
          inString = true
          if (!inElement && open.length === 1 && open[0] === 0x7b) from = i + 1
        } else if (byte === 0x5b || byte === 0x7b) {
          if (open.length === 1 && byte === 0x5b && open[0] === 0x7b) list = key
          if (open.length < mostBrackets) open.push(byte)
          else unreadable()
        } else if (byte === 0x5d || byte === 0x7d) {
          if (byte !== closers[open.pop() ?? 0]) unreadable()
          over = open.length === 0
        } else if (open.length === 0) unreadable()
      }
      if (from !== -1) collected.add(chunk.subarray(from))
      return records
    },
    end() {
      if (!over) throw new ImportFileUnreadable('The file ends in the middle: it is not complete.')
      return []
    },
  }
}
