import { GuardError } from '../errors.ts'
import { type Fault, type FaultKind, faultKinds } from './fault.ts'
import { printSource } from './source.ts'

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
