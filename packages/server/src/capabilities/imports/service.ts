import { resolve } from 'node:path'
import type { Context } from '../../context.ts'
import { inTransaction } from '../../platform/db/transaction.ts'
import { type Batch, type BatchOptions, type Counts, tryBatch, writeBatch } from './batch.ts'
import { ImportConflict, ImportFileUnreadable } from './errors.ts'
import { type ImportFile, openImportFile, recordsOf } from './files/open.ts'
import type { Fault, FileRecord } from './files/record.ts'
import { fingerprintOf, type ImportOptions } from './options.ts'
import { type Placed, Seen } from './plan.ts'
import { ImportRoles } from './roles.ts'
import type { ImportsTable } from './schema.ts'
import { FieldFault } from './sources/fields.ts'
import { sources } from './sources/index.ts'
import type { LatePassword, Person } from './sources/person.ts'
import {
  findImport,
  findUnfinished,
  finishImport,
  insertImport,
  refusalsAfter,
  removeImportsOf,
} from './store.ts'

/** How far an import is. */
export interface ImportProgress {
  /** Of all that has to be read; 0 to 1. */
  readonly share: number
  /** Records that are done with, in this run and before. */
  readonly records: number
  readonly imported: number
  readonly existing: number
  readonly refused: number
}

/** A record that was not imported. */
export interface Refusal extends Fault {
  readonly line: number
}

export interface ImportResult extends Omit<ImportProgress, 'share'> {
  readonly digest: string
  /** Records that an earlier run had done. */
  readonly resumedAt: number
  /** Whether an earlier run had done all of it. */
  readonly wasFinished: boolean
}

export interface ImportHooks {
  onProgress?(progress: ImportProgress): void
  /** Hears of each refusal of this run. */
  onRefusal?(refusal: Refusal): void
}

const batchRecords = 1_000

/**
 * Imports the users of a file, a batch at a time. After a crash the same call goes on behind the last batch that was
 * written; a file that was imported to its end is left alone.
 *
 * @throws ImportFileUnreadable (`import_file_unreadable`); ImportConflict (`import_conflict`) where an earlier run of a
 *   file of this name did not end and the file or the options are others now
 */
export async function importUsers(
  ctx: Context,
  path: string,
  options: ImportOptions,
  hooks: ImportHooks = {},
): Promise<ImportResult> {
  const file = await openImportFile(resolve(path), options.format)
  if (options.dryRun) return tryFile(ctx, file, options, hooks)
  const begun = await begin(ctx, file, options)
  const run = new Run(begun, hooks)
  if (begun.finished_at !== null) return run.result(file, true)
  const roles = await ImportRoles.load(ctx, options)
  const how: BatchOptions = { digest: file.digest, startedAt: Number(begun.started_at), options, roles }
  for await (const { batch, share } of batchesOf(file, options, begun.position)) {
    run.add(batch, await writeBatch(ctx, batch, how), share)
  }
  await inTransaction(ctx, ({ db }) => finishImport(db, file.digest, ctx.clock.now()))
  return run.result(file, false)
}

async function tryFile(
  ctx: Context,
  file: ImportFile,
  options: ImportOptions,
  hooks: ImportHooks,
): Promise<ImportResult> {
  const run = new Run({ position: 0, imported: 0, existing: 0, refused: 0 }, hooks)
  const how = { options, roles: await ImportRoles.load(ctx, options), seen: new Seen() }
  for await (const { batch, share } of batchesOf(file, options, 0)) {
    run.add(batch, await tryBatch(ctx, batch, how), share)
  }
  return run.result(file, false)
}

/** The import's row, as an earlier run left it or new. */
async function begin(ctx: Context, file: ImportFile, options: ImportOptions): Promise<ImportsTable> {
  const fingerprint = fingerprintOf(options, (text) => ctx.sealer.digest(text, 'import options'))
  return inTransaction(ctx, async ({ db }) => {
    if (options.restart) await removeImportsOf(db, file.path, file.digest)
    const unfinished = await findUnfinished(db, file.path)
    if (unfinished !== undefined && unfinished.digest !== file.digest) {
      throw new ImportConflict(
        `The file was changed after an import of it stopped at record ${unfinished.position}. Put the file back as it ` +
          'was to go on, or pass --restart to begin with this one: users who are here already are left alone.',
      )
    }
    await insertImport(db, {
      digest: file.digest,
      path: file.path,
      options: fingerprint,
      position: 0,
      imported: 0,
      existing: 0,
      refused: 0,
      started_at: ctx.clock.now(),
      finished_at: null,
    })
    const row = await findImport(db, file.digest)
    if (row === undefined) throw new Error('the import was not begun')
    if (row.options !== fingerprint) {
      throw new ImportConflict(
        'This file was imported with other options before. Use the same, or pass --restart to begin again.',
      )
    }
    return row
  })
}

/** Counts, for progress and the result. */
class Run {
  readonly #resumedAt: number
  readonly #hooks: ImportHooks
  #records: number
  #imported: number
  #existing: number
  #refused: number

  constructor(
    from: Pick<ImportsTable, 'position' | 'imported' | 'existing' | 'refused'>,
    hooks: ImportHooks,
  ) {
    this.#resumedAt = from.position
    this.#hooks = hooks
    this.#records = from.position
    this.#imported = from.imported
    this.#existing = from.existing
    this.#refused = from.refused
  }

  add(batch: Batch, { imported, existing, refused }: Counts, share: number): void {
    this.#records += batch.records
    this.#imported += imported
    this.#existing += existing
    this.#refused += refused.length
    const inOrder = [...refused].sort((one, other) => one.position - other.position)
    for (const { line, what } of inOrder) this.#hooks.onRefusal?.({ line, ...what })
    this.#hooks.onProgress?.({ share, ...this.#counts() })
  }

  #counts(): Omit<ImportProgress, 'share'> {
    return {
      records: this.#records,
      imported: this.#imported,
      existing: this.#existing,
      refused: this.#refused,
    }
  }

  result({ digest }: ImportFile, wasFinished: boolean): ImportResult {
    return { digest, resumedAt: this.#resumedAt, wasFinished, ...this.#counts() }
  }
}

/** The file's records behind the first `skip`, read as the source writes them. */
async function* batchesOf(
  file: ImportFile,
  options: ImportOptions,
  skip: number,
): AsyncGenerator<{ batch: Batch; share: number }> {
  const source = sources[options.from]
  const passes = file.format === 'json' && 'passes' in source ? source.passes : ['']
  const read = source.reader(options)
  let position = 0
  let found = 0
  let share = 0
  let batch = new BatchBuilder(skip)
  for (const [pass, wanted] of passes.entries()) {
    for await (const { records, bytes } of recordsOf(file)) {
      share = (pass + bytes / Math.max(1, file.size)) / passes.length
      for (const record of records) {
        // a list without a name is read in the first pass
        if (passes.length > 1 && record.list !== wanted && !(record.list === '' && pass === 0)) continue
        position += 1
        found += 1
        const what = readRecord(read, record)
        if (position <= skip) continue
        batch.add(position, record.line, what)
        if (batch.records < batchRecords) continue
        yield { batch: batch.build(), share }
        batch = new BatchBuilder(position)
      }
    }
  }
  if (found === 0) throw new ImportFileUnreadable('The file contains no list of users.')
  if (batch.records > 0) yield { batch: batch.build(), share }
}

type Read = Person | LatePassword | Fault | undefined

function readRecord(
  read: ReturnType<(typeof sources.flask)['reader']>,
  { value, list, fault }: FileRecord,
): Read {
  if (fault !== undefined) return fault
  try {
    return read(value, list)
  } catch (error) {
    if (error instanceof FieldFault) return error.fault
    throw error
  }
}

class BatchBuilder {
  readonly #from: number
  readonly #people: Placed<Person>[] = []
  readonly #passwords: Placed<LatePassword>[] = []
  readonly #refused: Placed<Fault>[] = []
  records = 0

  constructor(from: number) {
    this.#from = from
  }

  add(position: number, line: number, what: Read): void {
    this.records += 1
    if (what === undefined) return
    if (!('kind' in what)) this.#refused.push({ position, line, what })
    else if (what.kind === 'person') this.#people.push({ position, line, what })
    else this.#passwords.push({ position, line, what })
  }

  build(): Batch {
    return {
      from: this.#from,
      records: this.records,
      people: this.#people,
      passwords: this.#passwords,
      refused: this.#refused,
    }
  }
}

/** Everything that was refused of a file, in this run and before. */
export async function* refusalsOf(ctx: Context, digest: string): AsyncGenerator<Refusal> {
  let after = 0
  for (;;) {
    const rows = await refusalsAfter(ctx.db, digest, after, 1_000)
    for (const { line, field, code, detail } of rows) yield { line, field, code, detail }
    const last = rows.at(-1)
    if (last === undefined) return
    after = last.position
  }
}
