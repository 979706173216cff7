import { Collected, type FileRecord, readJson } from './record.ts'

const newline = 0x0a

/** What takes a file apart, chunk by chunk. */
export interface Splitter {
  write(chunk: Uint8Array): FileRecord[]
  end(): FileRecord[]
}

/** Reads JSON lines (NDJSON): one object on each line; empty lines are skipped. */
export function splitLines(): Splitter {
  const collected = new Collected()
  let line = 1

  function take(): FileRecord[] {
    const bytes = collected.take()
    const blank = bytes.every((byte) => byte === 0x20 || byte === 0x0d || byte === 0x09)
    return blank ? [] : [readJson(line, '', bytes)]
  }
  return {
    write(chunk) {
      const records: FileRecord[] = []
      let from = 0
      for (let at = chunk.indexOf(newline); at !== -1; at = chunk.indexOf(newline, from)) {
        collected.add(chunk.subarray(from, at))
        records.push(...take())
        line += 1
        from = at + 1
      }
      collected.add(chunk.subarray(from))
      return records
    },
    end: take,
  }
}
