import type { FileHandle } from 'node:fs/promises'
import type { Context } from '../../context.ts'
import { inTransaction } from '../../platform/db/transaction.ts'
import { chainEvents } from './chain.ts'
import { entriesAfter, type KeptEntry, lockHead } from './chain-store.ts'
import { auditKeys, signCheckpoint } from './checkpoints.ts'
import { canonical, entryOf } from './entry.ts'

export interface Exported {
  readonly entries: number
  /** A checkpoint of the last entry, as JWS; null for an empty log. */
  readonly checkpoint: string | null
}

const page = 1_000

/**
 * Writes the chain to a file, one JSON document a line: every entry with its digest and what is kept of its personal
 * details, and last a checkpoint with the public keys that verify it.
 */
export async function exportAudit(ctx: Context, file: Pick<FileHandle, 'write'>): Promise<Exported> {
  await chainEvents(ctx)
  const { head, checkpoint } = await inTransaction(ctx, async (ctx) => {
    const head = await lockHead(ctx.db)
    return { head, checkpoint: head.sequence === 0 ? null : await signCheckpoint(ctx, 'state', head) }
  })
  let [entries, last] = [0, 0]
  for (let left = true; left; ) {
    const rows = await entriesAfter(ctx.db, last, page)
    const within = rows.filter(({ sequence }) => (sequence ?? 0) <= head.sequence)
    if (within.length > 0) await file.write(`${within.map(lineOf).join('\n')}\n`)
    entries += within.length
    last = within.at(-1)?.sequence ?? last
    left = within.length === page
  }
  await file.write(`${JSON.stringify({ checkpoint, ...(await auditKeys(ctx)) })}\n`)
  return { entries, checkpoint }
}

/** The entry exactly as it is digested, then its digest, then its details. */
function lineOf(row: KeptEntry): string {
  const entry = canonical(entryOf(row, { sequence: row.sequence ?? 0, previous: row.previous }))
  const details = {
    origin: detailOf(row.origin_salt, row.origin),
    names: detailOf(row.names_salt, row.kept_names),
  }
  return `{"entry":${entry},"digest":${JSON.stringify(row.digest)},"details":${JSON.stringify(details)}}`
}

const detailOf = (salt: string | null, content: string | null) =>
  salt === null || content === null ? null : { salt, content }
