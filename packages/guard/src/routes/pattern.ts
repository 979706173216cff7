/** One part of a path between slashes; `rest` is a wildcard for everything that follows. */
export type Segment =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'param'; readonly name: string; readonly constraint?: string | undefined }
  /** Text and parameters mixed, or anything else that is compared as written. */
  | { readonly kind: 'mixed'; readonly source: string; readonly names: readonly string[] }
  | { readonly kind: 'rest'; readonly name?: string | undefined; readonly mayBeEmpty: boolean }
  /** A regular expression: it covers nothing but itself, and only a wildcard covers it. */
  | { readonly kind: 'expression'; readonly source: string }

/** The paths that a registration matches. */
export interface Pattern {
  readonly segments: readonly Segment[]
  /** Whether `/Users` is another path than `/users`. */
  readonly sensitive: boolean
}

/** `/users/:userId/files/*` */
export function printPattern({ segments }: Pattern): string {
  return `/${segments.map(printSegment).join('/')}`
}

function printSegment(segment: Segment): string {
  switch (segment.kind) {
    case 'text':
      return segment.text
    case 'param':
      return `:${segment.name}`
    case 'rest':
      return `*${segment.name ?? ''}`
    default:
      return segment.source
  }
}

/** The names of a pattern's parameters, in order; a wildcard without a name is none. */
export function parametersOf({ segments }: Pattern): string[] {
  return segments.flatMap((segment) => {
    if (segment.kind === 'param') return [segment.name]
    if (segment.kind === 'mixed') return segment.names
    return segment.kind === 'rest' && segment.name !== undefined ? [segment.name] : []
  })
}

/** Joins a mount's pattern and one below it. */
export const joinPatterns = (mount: Pattern, below: Pattern): Pattern => ({
  segments: [...mount.segments, ...below.segments],
  sensitive: mount.sensitive && below.sensitive,
})

/** The same pattern, and everything below it. */
export const everythingBelow = ({ segments, sensitive }: Pattern): Pattern =>
  segments.at(-1)?.kind === 'rest'
    ? { segments, sensitive }
    : { segments: [...segments, { kind: 'rest', mayBeEmpty: true }], sensitive }

/** Whether every path that matches `specific` matches `general` too. Says no where it cannot be known. */
export function covers(general: Pattern, specific: Pattern): boolean {
  for (let at = 0; ; at++) {
    const wide = general.segments[at]
    const narrow = specific.segments[at]
    if (wide === undefined) return narrow === undefined
    if (wide.kind === 'rest') return wide.mayBeEmpty || (narrow !== undefined && !emptyable(narrow))
    if (narrow === undefined || !segmentCovers(wide, narrow, general.sensitive && !specific.sensitive))
      return false
  }
}

const emptyable = (segment: Segment): boolean =>
  segment.kind === 'expression' || (segment.kind === 'rest' && segment.mayBeEmpty)

function segmentCovers(wide: Segment, narrow: Segment, caseMayDiffer: boolean): boolean {
  if (narrow.kind === 'rest' || narrow.kind === 'expression')
    return wide.kind === 'expression' && narrow.kind === 'expression' && wide.source === narrow.source
  switch (wide.kind) {
    case 'param':
      if (wide.constraint === undefined) return true
      return narrow.kind === 'param' && narrow.constraint === wide.constraint
    case 'text':
      return narrow.kind === 'text' && sameText(wide.text, narrow.text, caseMayDiffer)
    case 'mixed':
      return narrow.kind === 'mixed' && narrow.source === wide.source
    default:
      return false
  }
}

/** Where the wide pattern minds case and the narrow one does not, `/ADMIN` slips past a guard on `/admin`. */
function sameText(wide: string, narrow: string, caseMayDiffer: boolean): boolean {
  if (caseMayDiffer) return wide === narrow && wide.toLowerCase() === wide.toUpperCase()
  return wide === narrow || wide.toLowerCase() === narrow.toLowerCase()
}
