/** One part of a path between slashes; `rest` is a wildcard for everything that follows. */
export type Segment =
  /** `sensitive`: whether `Users` is other text than `users`; routers in one another need not agree. */
  | { readonly kind: 'text'; readonly text: string; readonly sensitive: boolean }
  | { readonly kind: 'param'; readonly name: string; readonly constraint?: string | undefined }
  /** Text and parameters mixed, or anything else that is compared as written. */
  | { readonly kind: 'mixed'; readonly source: string; readonly names: readonly string[] }
  | { readonly kind: 'rest'; readonly name?: string | undefined; readonly mayBeEmpty: boolean }
  /** A regular expression: it covers nothing but itself, and only a wildcard covers it. */
  | { readonly kind: 'expression'; readonly source: string }

/** The paths that a registration matches. */
export interface Pattern {
  readonly segments: readonly Segment[]
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
})

/** The same pattern, and everything below it. */
export const everythingBelow = ({ segments }: Pattern): Pattern => ({
  segments: segments.at(-1)?.kind === 'rest' ? segments : [...segments, { kind: 'rest', mayBeEmpty: true }],
})

/** The same pattern as a router reads it that treats upper and lower case alike. */
export const ignoringCase = ({ segments }: Pattern): Pattern => ({
  segments: segments.map((segment) => (segment.kind === 'text' ? { ...segment, sensitive: false } : segment)),
})

/** Whether every path that matches `specific` matches `general` too. Says no where it cannot be known. */
export function covers(general: Pattern, specific: Pattern): boolean {
  for (let at = 0; ; at++) {
    const wide = general.segments[at]
    const narrow = specific.segments[at]
    if (wide === undefined) return narrow === undefined
    if (wide.kind === 'rest') return wide.mayBeEmpty || (narrow !== undefined && !emptyable(narrow))
    if (narrow === undefined || !segmentCovers(wide, narrow)) return false
  }
}

const emptyable = (segment: Segment): boolean =>
  segment.kind === 'expression' || (segment.kind === 'rest' && segment.mayBeEmpty)

function segmentCovers(wide: Segment, narrow: Segment): boolean {
  if (narrow.kind === 'rest' || narrow.kind === 'expression')
    return wide.kind === 'expression' && narrow.kind === 'expression' && wide.source === narrow.source
  switch (wide.kind) {
    case 'param':
      if (wide.constraint === undefined) return true
      return narrow.kind === 'param' && narrow.constraint === wide.constraint
    case 'text':
      return narrow.kind === 'text' && textCovers(wide, narrow)
    case 'mixed':
      return narrow.kind === 'mixed' && narrow.source === wide.source
    default:
      return false
  }
}

type Text = Extract<Segment, { kind: 'text' }>

/** Where the wide text minds case and the narrow one does not, `/ADMIN` slips past a guard on `/admin`. */
function textCovers(wide: Text, narrow: Text): boolean {
  if (!wide.sensitive) return wide.text.toLowerCase() === narrow.text.toLowerCase()
  if (wide.text !== narrow.text) return false
  return narrow.sensitive || wide.text.toLowerCase() === wide.text.toUpperCase()
}
