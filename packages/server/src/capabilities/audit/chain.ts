import type { Selectable } from 'kysely'
import type { Context } from '../../context.ts'
import { inTransaction } from '../../platform/db/transaction.ts'
import {
  deleteDetailsOf,
  eraseUnchained,
  type Head,
  type Link,
  lockHead,
  saveHead,
  takeHead,
  unchained,
  writeLinks,
} from './chain-store.ts'
import { digestOfDetails, digestOfEntry, newSalt } from './entry.ts'
import type { AuditDetailsTable } from './schema.ts'
import type { AuditRow } from './store.ts'
import { tallyPeriod } from './tally.ts'

type Details = Selectable<AuditDetailsTable>

const batch = 500
/** Batches that one run makes at most: a long backlog is left to the next runs. */
const mostBatches = 40
/** Milliseconds after a quarter of an hour in which instances may still count refusals of it. */
const grace = 60_000

/**
 * Gives the events that were committed since the last time their places in the chain, on one instance at a time: in the
 * order in which they are found committed, so that no late commit leaves a gap or comes between others. Refusals are
 * chained once their quarter of an hour is over. Returns how many events it chained.
 */
export async function chainEvents(ctx: Context): Promise<number> {
  let chained = 0
  for (let batches = 0; batches < mostBatches; batches += 1) {
    const period = Math.floor((ctx.clock.now() - grace) / tallyPeriod)
    // mostly there is nothing to do, which takes no transaction to see
    if ((await unchained(ctx.db, period, 1)).length === 0) break
    const added = await inTransaction(ctx, (ctx) => chainBatch(ctx, period))
    chained += added
    if (added < batch) break
  }
  return chained
}

async function chainBatch(ctx: Context, period: number): Promise<number> {
  const head = await takeHead(ctx.db)
  if (head === undefined) return 0
  const rows = await unchained(ctx.db, period, batch)
  const details: Details[] = []
  const links: Link[] = []
  let last: Head = head
  for (const row of rows) {
    const origin_digest = keep(details, originOf(row))
    const names_digest = keep(details, namesOf(row))
    const sequence = last.sequence + 1
    const place = { sequence, previous: last.digest }
    const digest = digestOfEntry({ ...row, origin_digest, names_digest }, place)
    links.push({ id: row.id, ...place, digest, origin_digest, names_digest })
    last = { sequence, digest }
  }
  if (links.length === 0) return 0
  await writeLinks(ctx.db, links, details)
  await saveHead(ctx.db, last)
  return links.length
}

function keep(details: Details[], row: Details | undefined): string | null {
  if (row === undefined) return null
  details.push(row)
  return digestOfDetails(row.salt, row.content)
}

const anybody: ReadonlySet<string> = new Set(['system', 'anonymous'])

/** Where an event came from: about the user who acted; where nobody is known to have, about the user acted on. */
function originOf({ id, actor, target, address, user_agent }: AuditRow): Details | undefined {
  if (address === null && user_agent === null) return undefined
  const content = JSON.stringify({ address, user_agent })
  const user_id = anybody.has(actor) ? target : actor
  return { event_id: id, kind: 'origin', user_id, salt: newSalt(), content }
}

function namesOf({ id, target, names }: AuditRow): Details | undefined {
  if (names === null) return undefined
  return { event_id: id, kind: 'names', user_id: target, salt: newSalt(), content: names }
}

/**
 * Erases every address, user agent and name that the audit log keeps of a user, in the transaction that `ctx` is. The
 * events stay, with the user's id and the digests of what was erased, so that the chain stays whole.
 */
export async function eraseAuditDetails(ctx: Context, userId: string): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    // whoever chains has read what is to be erased, and would write it down again
    await lockHead(ctx.db)
    await eraseUnchained(ctx.db, userId)
    await deleteDetailsOf(ctx.db, userId)
  })
}
