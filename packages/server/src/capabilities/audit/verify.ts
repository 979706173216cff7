import type { Context } from '../../context.ts'
import { entriesAfter, type Head, type KeptEntry, readHead } from './chain-store.ts'
import { allCheckpoints } from './checkpoint-store.ts'
import { type Checkpoint, type CheckpointReader, ownReader } from './checkpoints.ts'
import { digestOfDetails, digestOfEntry } from './entry.ts'
import { CheckpointInvalid } from './errors.ts'

/** What is wrong with the chain, at the first place where anything is. */
export interface ChainProblem {
  readonly kind:
    | 'changed'
    | 'details_changed'
    | 'moved'
    | 'removed'
    | 'cut_off'
    | 'rewritten'
    | 'bad_checkpoint'
  /** The number of the first entry concerned. */
  readonly sequence: number
  readonly message: string
}

export interface Verification {
  /** How many entries there are, with the numbers of the first and the last; 0 and 0 without any. */
  readonly entries: number
  readonly first: number
  readonly last: number
  /** Entries whose personal details were erased. */
  readonly erased: number
  readonly checkpoints: number
  readonly problem: ChainProblem | undefined
}

export interface VerifyOptions {
  /** Checkpoints that were kept elsewhere, as JWS: the chain has to contain what they say. */
  readonly checkpoints?: readonly string[]
  /** Hears how many entries were verified so far, and how many there are. */
  readonly onProgress?: (verified: number, of: number) => void
}

const page = 2_000

class Broken extends Error {
  readonly problem: ChainProblem

  constructor(kind: ChainProblem['kind'], sequence: number, message: string) {
    super(message)
    this.problem = { kind, sequence, message }
  }
}

/**
 * Verifies the chain: every entry, its personal details as far as they were not erased, the places where expired entries
 * were cut off, its head, and every checkpoint. Reads a page at a time, so that memory stays bounded.
 *
 * @throws CheckpointInvalid (`checkpoint_invalid`) for a checkpoint in `options` that was not signed here
 */
export async function verifyAudit(ctx: Context, options: VerifyOptions = {}): Promise<Verification> {
  const reader = await ownReader(ctx)
  const outside = (options.checkpoints ?? []).map((signed) => reader.read(signed))
  const head = await readHead(ctx.db)
  const found = { entries: 0, first: 0, last: 0, erased: 0, checkpoints: 0 }
  try {
    const kept = await keptCheckpoints(ctx, reader)
    const states = [...kept, ...outside].filter(({ kind }) => kind === 'state')
    found.checkpoints = states.length
    const walk = new Walk(ctx, reader, states)
    let verified: Head = { sequence: 0, digest: null }
    for (let left = true; left; ) {
      const rows = (await entriesAfter(ctx.db, verified.sequence, page)).filter(
        ({ sequence }) => (sequence ?? 0) <= head.sequence,
      )
      for (const row of rows) {
        verified = await walk.step(row)
        if (found.entries === 0) found.first = verified.sequence
        found.entries += 1
        found.last = verified.sequence
      }
      found.erased = walk.erased
      options.onProgress?.(found.entries, head.sequence - Math.max(0, found.first - 1))
      left = rows.length === page
    }
    await walk.end(head)
    return { ...found, problem: undefined }
  } catch (error) {
    if (!(error instanceof Broken)) throw error
    return { ...found, problem: error.problem }
  }
}

async function keptCheckpoints(ctx: Context, reader: CheckpointReader): Promise<Checkpoint[]> {
  return (await allCheckpoints(ctx.db)).map(({ signed, sequence }) => {
    try {
      return reader.read(signed)
    } catch (error) {
      if (!(error instanceof CheckpointInvalid)) throw error
      throw new Broken(
        'bad_checkpoint',
        sequence,
        `The checkpoint of entry ${sequence} in the database was not signed by an audit key.`,
      )
    }
  })
}

/** Goes along the chain, one entry after the other. */
class Walk {
  readonly #ctx: Context
  readonly #reader: CheckpointReader
  readonly #states: ReadonlyMap<number, readonly Checkpoint[]>
  readonly #furthest: number
  #last: Head = { sequence: 0, digest: null }
  /** The number of the last entry that a checkpoint vouches for. */
  #vouched = 0
  erased = 0

  constructor(ctx: Context, reader: CheckpointReader, states: readonly Checkpoint[]) {
    this.#ctx = ctx
    this.#reader = reader
    this.#states = Map.groupBy(states, ({ sequence }) => sequence)
    this.#furthest = Math.max(0, ...states.map(({ sequence }) => sequence))
  }

  async step(row: KeptEntry): Promise<Head> {
    const sequence = row.sequence ?? 0
    if (sequence !== this.#last.sequence + 1) this.#last = await this.#cutBefore(sequence)
    const place = { sequence, previous: row.previous }
    if (digestOfEntry(row, place) !== row.digest) throw altered(row, sequence)
    if (row.previous !== this.#last.digest) throw unlike(this.#last.sequence, sequence)
    this.#checkDetails(row, sequence)
    this.#last = { sequence, digest: row.digest }
    this.#compare(this.#last)
    return this.#last
  }

  /** Where entries are missing, a signed checkpoint has to say that they were deleted for their age. */
  async #cutBefore(sequence: number): Promise<Head> {
    const missing = this.#last.sequence + 1
    for (const row of await allCheckpoints(this.#ctx.db)) {
      if (row.kind !== 'cut' || row.sequence !== sequence - 1) continue
      const cut = this.#reader.read(row.signed)
      if (cut.kind === 'cut' && cut.sequence === sequence - 1) return cut
    }
    const [what, verb] =
      missing === sequence - 1 ? [`Entry ${missing}`, 'is'] : [`Entries ${missing} to ${sequence - 1}`, 'are']
    throw new Broken('removed', missing, `${what} ${verb} missing.`)
  }

  #checkDetails(row: KeptEntry, sequence: number): void {
    let isErased = false
    for (const [digest, salt, content] of [
      [row.origin_digest, row.origin_salt, row.origin],
      [row.names_digest, row.names_salt, row.kept_names],
    ] as const) {
      if (salt === null || content === null) isErased ||= digest !== null
      else if (digest !== digestOfDetails(salt, content)) {
        const message = `The personal details of entry ${sequence} were changed.`
        throw new Broken('details_changed', sequence, message)
      }
    }
    const { address, user_agent, names } = row
    if ((address ?? user_agent ?? names) !== null) {
      const message = `Personal details were added to entry ${sequence}.`
      throw new Broken('details_changed', sequence, message)
    }
    if (isErased) this.erased += 1
  }

  #compare({ sequence, digest }: Head): void {
    for (const checkpoint of this.#states.get(sequence) ?? []) {
      if (checkpoint.digest === digest) continue
      const at = new Date(checkpoint.iat * 1000).toISOString()
      throw new Broken(
        'rewritten',
        this.#vouched + 1,
        `Entry ${sequence} is not the one that the checkpoint of ${at} signed: the log was rewritten, from an entry ` +
          `between ${this.#vouched + 1} and ${sequence} on.`,
      )
    }
    if (this.#states.has(sequence)) this.#vouched = sequence
  }

  async end(head: Head): Promise<void> {
    const { sequence, digest } = this.#last
    const furthest = Math.max(this.#furthest, head.sequence)
    if (furthest > sequence) {
      // after a cut with nothing behind it, there is nothing to walk along
      if (await this.#isCutAt(furthest)) return
      const first = sequence + 1
      const which = first === furthest ? `entry ${first} is` : `entries ${first} to ${furthest} are`
      throw new Broken('cut_off', first, `The end is cut off: ${which} missing.`)
    }
    if (sequence > 0 && head.digest !== digest)
      throw new Broken(
        'changed',
        sequence,
        `Entry ${sequence}, the newest, is not the one that was written last.`,
      )
  }

  async #isCutAt(sequence: number): Promise<boolean> {
    if (this.#last.sequence > 0) return false
    return (await allCheckpoints(this.#ctx.db)).some(
      (row) =>
        row.kind === 'cut' && row.sequence === sequence && this.#reader.read(row.signed).kind === 'cut',
    )
  }
}

/** An entry that does not match its own digest: one from another place, or one that was changed. */
function altered(row: KeptEntry, sequence: number): Broken {
  for (let other = Math.max(1, sequence - page); other <= sequence + page; other += 1) {
    if (digestOfEntry(row, { sequence: other, previous: row.previous }) !== row.digest) continue
    const message = `Entry ${other} was moved to the place of entry ${sequence}.`
    return new Broken('moved', sequence, message)
  }
  return new Broken('changed', sequence, `Entry ${sequence} (${row.id}) was changed.`)
}

/** An entry that matches its own digest, but does not follow from the one before: that one was changed with its digest. */
function unlike(before: number, sequence: number): Broken {
  if (before === 0) return new Broken('changed', sequence, `Entry ${sequence} does not begin the chain.`)
  return new Broken('changed', before, `Entry ${before} was changed, and its digest with it.`)
}
