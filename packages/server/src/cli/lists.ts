import { type Command, InvalidArgumentError } from 'commander'
import { pageLimit } from '../platform/paging.ts'

/** A table for people to read. Control characters in cells are replaced. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const clean = rows.map((row) => row.map(printable))
  const widths = header.map((name, i) => Math.max(name.length, ...clean.map((row) => row[i]?.length ?? 0)))
  return [header, ...clean]
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** A text without terminal control characters. */
export function printable(text: string): string {
  return text.replace(/\p{C}/gu, '�')
}

/** A time for people to read: UTC, to the second. */
export function when(milliseconds: number | null): string {
  return milliseconds === null ? '' : `${new Date(milliseconds).toISOString().slice(0, 19)}Z`
}

export interface PageOptions {
  limit: number
  cursor?: string
}

/** Adds the two flags for paging to a list command. */
export function addPaging(command: Command): Command {
  return command
    .option('--limit <n>', `maximum number of items, 1 to ${pageLimit.most}`, readLimit, pageLimit.most)
    .option('--cursor <text>', 'continue after the previous page')
}

function readLimit(text: string): number {
  const limit = /^\d{1,3}$/.test(text) ? Number(text) : 0
  if (limit < 1 || limit > pageLimit.most)
    throw new InvalidArgumentError(`It must be 1 to ${pageLimit.most}.`)
  return limit
}

/** The line under a list that has more pages. */
export function more(next: string | undefined): string {
  return next === undefined ? '' : `\n\nMore: --cursor ${next}`
}
