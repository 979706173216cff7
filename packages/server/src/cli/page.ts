import { type Command, InvalidArgumentError } from 'commander'
import { pageLimit } from '../platform/paging.ts'

export interface PageOptions {
  limit: number
  cursor?: string
}

/** Gives a list's command the two flags by which long lists are walked. */
export function addPaging(command: Command): Command {
  return command
    .option('--limit <n>', `how many at most, 1 to ${pageLimit.most}`, readLimit, pageLimit.most)
    .option('--cursor <text>', 'go on where the last list ended')
}

function readLimit(text: string): number {
  const limit = /^\d{1,3}$/.test(text) ? Number(text) : 0
  if (limit < 1 || limit > pageLimit.most)
    throw new InvalidArgumentError(`It must be 1 to ${pageLimit.most}.`)
  return limit
}

/** The line under a list that does not end here. */
export function more(next: string | undefined): string {
  return next === undefined ? '' : `\n\nMore: --cursor ${next}`
}
