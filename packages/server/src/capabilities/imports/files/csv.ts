import { ImportFileUnreadable } from '../errors.ts'
import type { Splitter } from './lines.ts'
import { Collected, decode, type FileRecord, fault } from './record.ts'

const [quote, newline, comma, semicolon, tab] = [0x22, 0x0a, 0x2c, 0x3b, 0x09]
const mostColumns = 500

/**
 * Reads CSV (RFC 4180, with a comma, semicolon or tab) whose first row names the columns. An empty field counts as
 * absent. Names of columns don't differ by case.
 *
 * @throws ImportFileUnreadable where the first row can't be the names
 */
export function splitCsv(): Splitter {
  const collected = new Collected()
  let header: { names: readonly string[]; separator: string } | undefined
  let [line, startLine] = [1, 1]
  let inQuotes = false
  /** Whether a quote here begins a quoted field: at a field's start, or as the second of two within one. */
  let opens = true

  function take(): FileRecord[] {
    const text = decode(collected.take())
    const at = startLine
    startLine = line + 1
    if (typeof text !== 'string')
      return header === undefined ? refuseHeader() : [{ line: at, list: '', fault: text }]
    const row = text.replace(/\r$/, '')
    if (row.trim() === '') return []
    if (header === undefined) {
      header = readHeader(row)
      return []
    }
    const fields = fieldsOf(row, header.separator)
    if (fields?.length !== header.names.length) {
      const detail = 'The row has other columns than the first one, or a quote is in the wrong place.'
      return [{ line: at, list: '', fault: fault('record', 'malformed_csv', detail) }]
    }
    const { names } = header
    const given = fields.flatMap((field, i): [string, string][] =>
      field === '' ? [] : [[names[i] ?? '', field]],
    )
    return [{ line: at, list: '', value: Object.fromEntries(given) }]
  }
  return {
    write(chunk) {
      const records: FileRecord[] = []
      let from = 0
      for (let i = 0; i < chunk.length; i += 1) {
        const byte = chunk[i]
        if (byte === quote && (inQuotes || opens)) {
          inQuotes = !inQuotes
          opens = !inQuotes
        } else opens = byte === comma || byte === semicolon || byte === tab || byte === newline
        if (byte !== newline) continue
        if (!inQuotes) {
          collected.add(chunk.subarray(from, i))
          records.push(...take())
          from = i + 1
        }
        line += 1
      }
      collected.add(chunk.subarray(from))
      return records
    },
    end() {
      const records = take()
      if (header === undefined) refuseHeader()
      return records
    },
  }
}

function refuseHeader(): never {
  throw new ImportFileUnreadable('The first row of the file does not name its columns.')
}

function readHeader(row: string): { names: readonly string[]; separator: string } {
  const separators = [',', ';', '\t']
  const separator = separators.reduce((best, each) =>
    row.split(each).length > row.split(best).length ? each : best,
  )
  const names = fieldsOf(row, separator)?.map((name) => name.trim().toLowerCase())
  if (
    names === undefined ||
    names.includes('') ||
    new Set(names).size < names.length ||
    names.length > mostColumns
  ) {
    return refuseHeader()
  }
  return { names, separator }
}

/** The fields of a row; undefined where a quote is in the wrong place. */
export function fieldsOf(row: string, separator: string): string[] | undefined {
  const fields: string[] = []
  let at = 0
  for (;;) {
    if (row[at] === '"') {
      let end = row.indexOf('"', at + 1)
      while (end !== -1 && row[end + 1] === '"') end = row.indexOf('"', end + 2)
      if (end === -1) return undefined
      fields.push(row.slice(at + 1, end).replaceAll('""', '"'))
      at = end + 1
      if (at < row.length && row[at] !== separator) return undefined
    } else {
      const end = row.indexOf(separator, at)
      const field = row.slice(at, end === -1 ? row.length : end)
      if (field.includes('"')) return undefined
      fields.push(field)
      at += field.length
    }
    if (at >= row.length) return fields
    at += 1
  }
}
