import { GuardError } from '../errors.ts'
import { printSource, type Source } from './source.ts'

/** What seal found wrong; `kind` is stable. */
export interface Fault {
  readonly kind: FaultKind
  /** `GET /users/:userId`, or what it is about where that is not a route. */
  readonly subject: string
  readonly source: Source | undefined
  /** What is wrong, in a sentence. */
  readonly detail: string
  /** The line to add or to change. */
  readonly remedy: string
}

export const faultKinds = {
  undeclared: 'Nothing says who may call this route.',
  'ownership-undeclared': 'Any signed-in user may name any id.',
  'parameter-unmentioned': 'Its owner may name any id below what they own.',
  'open-by-wildcard': 'A route is open only because a wildcard above it is.',
  'guard-after-handler': 'The guard comes after the handler, which has answered by then.',
  'guard-never-runs': 'No route lies behind the guard.',
  shadowed: 'An earlier route answers first, so this one and its guard never run.',
  'unknown-parameter': 'A rule is about a parameter that the route does not have.',
  'registered-late': 'A sealed application takes no more routes.',
  unreadable: 'The routes of a part of the application cannot be read.',
} as const

export type FaultKind = keyof typeof faultKinds

/**
 * Thrown by `guard.seal` when an application may not start: `faults` lists every route without a rule and every
 * guard that does not do what it seems to. `code` is `undeclared_routes`.
 */
export class UndeclaredRoutesError extends GuardError {
  declare readonly faults: readonly Fault[]

  constructor(faults: readonly Fault[]) {
    super('undeclared_routes', printFaults(faults))
    // not enumerable: Node would print them again below the message, which has them already
    Object.defineProperty(this, 'faults', { value: faults, enumerable: false })
  }
}

/** Faults as a person reads them on a terminal: kind by kind, each with the line to write. */
function printFaults(faults: readonly Fault[]): string {
  const count = faults.length === 1 ? 'one thing' : `${faults.length} things`
  const kinds = Object.keys(faultKinds).filter((kind): kind is FaultKind =>
    faults.some((fault) => fault.kind === kind),
  )
  return [
    `The application cannot start: ${count} must be settled first.`,
    ...kinds.map((kind) => printKind(kind, faults)),
  ].join('\n\n')
}

function printKind(kind: FaultKind, faults: readonly Fault[]): string {
  const those = faults.filter((fault) => fault.kind === kind)
  return [faultKinds[kind], ...those.map(printFault)].join('\n')
}

function printFault({ subject, source, detail, remedy }: Fault): string {
  const place = source === undefined ? '' : `  (${printSource(source)})`
  return [`  ${subject}${place}`, `      ${detail}`, `      ${remedy}`].join('\n')
}
