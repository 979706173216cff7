import type { PlatformContext } from './context.ts'
import { InvalidInput } from './errors.ts'

export const pageLimit = { most: 100, usual: 20 } as const

export interface PageRequest {
  /** 1 to 100. */
  limit: number
  cursor?: string | undefined
}

export interface Page<T> {
  items: T[]
  /** The cursor of the next page; undefined on the last one. */
  next: string | undefined
}

/**
 * An opaque cursor that says where the next page of `list` starts. Sealed, so that the one that comes back is known to
 * be ours and for this list, and nothing can be read out of it.
 */
export function writeCursor(ctx: PlatformContext, list: string, position: string): string {
  return ctx.sealer.seal(Buffer.from(position), `cursor:${list}`)
}

/**
 * The position that a cursor stands for.
 *
 * @throws InvalidInput (`invalid_input`, 422) when it was made up, altered, or is another list's
 */
export function readCursor(ctx: PlatformContext, list: string, cursor: string): string {
  // base64url reads past what does not belong to it; nothing but the text that was given out is to be taken
  const canonical = Buffer.from(cursor, 'base64url').toString('base64url') === cursor
  if (!canonical) throw invalidCursor()
  try {
    return ctx.sealer.open(cursor, `cursor:${list}`).toString()
  } catch (cause) {
    throw invalidCursor(cause)
  }
}

function invalidCursor(cause?: unknown): InvalidInput {
  const detail = 'This cursor did not come from here; start again without one.'
  return new InvalidInput([{ field: 'cursor', code: 'invalid_cursor', detail }], { cause })
}

/** Fetches one row more than a page holds, to know whether there is a next one. */
export function pageOf<T>(rows: readonly T[], limit: number, cursorOf: (last: T) => string): Page<T> {
  const items = rows.slice(0, limit)
  const last = rows.length > limit ? items.at(-1) : undefined
  return { items, next: last === undefined ? undefined : cursorOf(last) }
}

/** The `Link` header (RFC 8288) to the next page: a path of our own, never built from `Host`. */
export function nextLink(path: string, query: Readonly<Record<string, string | number | undefined>>): string {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) parameters.set(name, String(value))
  return `<${path}?${parameters}>; rel="next"`
}
