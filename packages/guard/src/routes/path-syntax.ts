import type { Pattern, Segment } from './pattern.ts'

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

/** Reads a path as a framework would; a path with optional parts gives several patterns. */
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
