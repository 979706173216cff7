import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { ImportFileUnreadable } from '../errors.ts'
import { splitCsv } from './csv.ts'
import { splitJson } from './json.ts'
import { type Splitter, splitLines } from './lines.ts'
import type { FileRecord } from './record.ts'

export const fileFormats = ['json', 'ndjson', 'csv'] as const
export type FileFormat = (typeof fileFormats)[number]

/** A file to import: what is in it, and how large it is. */
export interface ImportFile {
  readonly path: string
  readonly size: number
  readonly format: FileFormat
  /** SHA-256 of its bytes, base64url. */
  readonly digest: string
}

const chunkBytes = 256 * 1024

/**
 * Looks at a file: its size, its digest, and, unless it is given, its format by its name and beginning.
 *
 * @throws ImportFileUnreadable (`import_file_unreadable`)
 */
export async function openImportFile(path: string, format: FileFormat | undefined): Promise<ImportFile> {
  const file = await open(path, 'r').catch(() => {
    throw new ImportFileUnreadable(`There is no file ${path} that can be read.`)
  })
  try {
    const { size } = await file.stat()
    if (!(await file.stat()).isFile()) throw new ImportFileUnreadable(`${path} is not a file.`)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(chunkBytes), 0, chunkBytes, 0)
    const head = buffer.subarray(0, bytesRead)
    refuseEncodings(head)
    return { path, size, format: format ?? formatOf(path, head), digest: await digestOf(path) }
  } finally {
    await file.close()
  }
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: chunkBytes })) hash.update(chunk)
  return hash.digest('base64url')
}

function refuseEncodings(head: Buffer): void {
  if (head.length === 0) throw new ImportFileUnreadable('The file is empty.')
  const [first, second] = head
  if (first === 0x1f && second === 0x8b)
    throw new ImportFileUnreadable('The file is compressed: unpack it first.')
  if (first === 0x50 && second === 0x4b)
    throw new ImportFileUnreadable('The file is an archive: unpack it first.')
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    throw new ImportFileUnreadable('The file is UTF-16: convert it to UTF-8 first.')
  }
}

/** Exports of JSON lines are often called `.json`: then the first line is a document of its own, and more follow. */
function formatOf(path: string, head: Buffer): FileFormat {
  const [, ending] = /\.(\w+)$/.exec(path.toLowerCase()) ?? []
  if (ending === 'csv' || ending === 'tsv') return 'csv'
  if (ending === 'ndjson' || ending === 'jsonl') return 'ndjson'
  const text = withoutBom(head).toString().trimStart()
  if (!text.startsWith('{')) return text.startsWith('[') || ending === 'json' ? 'json' : 'csv'
  const [line = '', ...rest] = text.split('\n')
  try {
    JSON.parse(line)
    return rest.join('').trim() === '' ? (isLists(line) ? 'json' : 'ndjson') : 'ndjson'
  } catch {
    return 'json'
  }
}

const isLists = (line: string): boolean => Object.values(JSON.parse(line)).some(Array.isArray)

const withoutBom = (chunk: Buffer): Buffer =>
  chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf ? chunk.subarray(3) : chunk

const splitters: Readonly<Record<FileFormat, () => Splitter>> = {
  json: splitJson,
  ndjson: splitLines,
  csv: splitCsv,
}

/**
 * The records of a file, and how many bytes were read up to each chunk's. Holds a chunk and a record at a time.
 *
 * @throws ImportFileUnreadable where it cannot be taken apart, or is not the file any more whose digest is known
 */
export async function* recordsOf(file: ImportFile): AsyncGenerator<{ records: FileRecord[]; bytes: number }> {
  const splitter = splitters[file.format]()
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of createReadStream(file.path, {
    highWaterMark: chunkBytes,
  }) as AsyncIterable<Buffer>) {
    hash.update(chunk)
    const records = splitter.write(bytes === 0 ? withoutBom(chunk) : chunk)
    bytes += chunk.length
    yield { records, bytes }
  }
  if (hash.digest('base64url') !== file.digest) {
    throw new ImportFileUnreadable('The file was changed while it was imported. Run the command again.')
  }
  yield { records: splitter.end(), bytes }
}
