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

/** The names of a pattern's parameters, in order; a wildcard without a name has none. */
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

/** Where the wide text is case-sensitive and the narrow one is not, `/ADMIN` slips past a guard on `/admin`. */
function textCovers(wide: Text, narrow: Text): boolean {
  if (!wide.sensitive) return wide.text.toLowerCase() === narrow.text.toLowerCase()
  if (wide.text !== narrow.text) return false
  return narrow.sensitive || wide.text.toLowerCase() === wide.text.toUpperCase()
}

/** How a framework writes paths. */
export interface PathSyntax {
  /** The brackets around a parameter's own regular expression, if there is such a thing. */
  readonly constraint?: readonly [open: string, close: string]
  /** `:name?` at the end of a path may be left out. */
  readonly optionalMark?: boolean
  /** `{/part}` may be left out. */
  readonly optionalBraces?: boolean
  /** `*name` rather than `*`. */
  readonly namedWildcard?: boolean
  /** Whether a closing `/*` matches the path without it, too. */
  readonly emptyWildcard?: boolean
  /** Whether `/Users` is another path than `/users`. */
  readonly sensitive: boolean
}

/** Express 5, and @koa/router since 13 (path-to-regexp 8). */
export const braces = (sensitive: boolean): PathSyntax => ({
  optionalBraces: true,
  namedWildcard: true,
  sensitive,
})

/** Express 4 (path-to-regexp 0.1). */
export const classic = (sensitive: boolean): PathSyntax => ({
  constraint: ['(', ')'],
  optionalMark: true,
  emptyWildcard: true,
  sensitive,
})

/** Fastify (find-my-way). */
export const findMyWay = (sensitive: boolean): PathSyntax => ({
  constraint: ['(', ')'],
  optionalMark: true,
  emptyWildcard: true,
  sensitive,
})

/** Hono. */
export const hono: PathSyntax = {
  constraint: ['{', '}'],
  optionalMark: true,
  emptyWildcard: true,
  sensitive: true,
}

/** Reads a path as a framework would; a path with optional parts becomes several patterns. */
export function parsePath(path: string | RegExp, syntax: PathSyntax): Pattern[] {
  if (typeof path !== 'string') {
    return [{ segments: [{ kind: 'expression', source: String(path) }] }]
  }
  return withoutOptionals(path, syntax).map((plain) => ({
    segments: splitPath(plain, syntax).map((part, at, all) => segment(part, at === all.length - 1, syntax)),
  }))
}

function withoutOptionals(path: string, syntax: PathSyntax): string[] {
  if (syntax.optionalBraces === true) {
    const [whole, inner] = /\{([^{}]*)\}/.exec(path) ?? []
    if (whole === undefined || inner === undefined) return [path]
    return [path.replace(whole, ''), path.replace(whole, () => inner)].flatMap((each) =>
      withoutOptionals(each, syntax),
    )
  }
  if (syntax.optionalMark === true) {
    const [mark] = /\/:\w+\?(?=\/|$)/.exec(path) ?? []
    if (mark === undefined) return [path]
    return [path.replace(mark, ''), path.replace(mark, () => mark.slice(0, -1))].flatMap((each) =>
      withoutOptionals(each, syntax),
    )
  }
  return [path]
}

/** Splits at slashes outside of a parameter's regular expression. */
function splitPath(path: string, { constraint }: PathSyntax): string[] {
  const parts: string[] = []
  let part = ''
  let depth = 0
  for (const letter of path) {
    if (letter === constraint?.[0]) depth++
    if (letter === constraint?.[1]) depth--
    if (letter === '/' && depth === 0) {
      parts.push(part)
      part = ''
    } else part += letter
  }
  return [...parts, part].filter((each) => each !== '')
}

const name = /^:([\p{ID_Start}_$][\p{ID_Continue}$]*)/u

function segment(part: string, last: boolean, syntax: PathSyntax): Segment {
  const quoted = syntax.namedWildcard === true ? /^([:*])"(.+)"$/.exec(part) : null
  if (quoted?.[2] !== undefined)
    return quoted[1] === ':'
      ? { kind: 'param', name: quoted[2] }
      : { kind: 'rest', name: quoted[2], mayBeEmpty: false }
  if (part === '*' && syntax.namedWildcard !== true)
    return last ? { kind: 'rest', mayBeEmpty: syntax.emptyWildcard === true } : { kind: 'param', name: '*' }
  if (syntax.namedWildcard === true && /^\*[\p{ID_Continue}$]+$/u.test(part) && last)
    return { kind: 'rest', name: part.slice(1), mayBeEmpty: false }
  const [, parameter] = name.exec(part) ?? []
  if (parameter !== undefined) {
    const after = part.slice(parameter.length + 1)
    if (after === '') return { kind: 'param', name: parameter }
    if (constrained(after, syntax)) return { kind: 'param', name: parameter, constraint: after }
  }
  if (!/[:*()?+{}]/.test(part) || part.startsWith('::'))
    return {
      kind: 'text',
      text: part.replace(/\\(.)/g, '$1').replace('::', ':'),
      sensitive: syntax.sensitive,
    }
  return { kind: 'mixed', source: part, names: [...part.matchAll(/:(\w+)/g)].map(([, each]) => each ?? '') }
}

const constrained = (after: string, { constraint }: PathSyntax): boolean =>
  constraint !== undefined && after.startsWith(constraint[0]) && after.endsWith(constraint[1])
