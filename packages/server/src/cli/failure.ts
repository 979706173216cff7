import { CommanderError } from 'commander'
import { ConfigError } from '../config.ts'
import { asUnavailable, DatabaseMissing, isLoginRejected } from '../platform/db/errors.ts'
import { DomainError } from '../platform/errors.ts'

/** Exit codes: 1 for a failure, 2 for a usage error. */
export const exitCodes = { ok: 0, failed: 1, usage: 2 } as const

/** A command was used in the wrong way; the message says what to do instead. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** A command has printed that something is wrong. */
export class BadNews extends Error {
  override readonly name = 'BadNews'
}

/** What to print about an error, and its exit code. `lines` is empty if it was printed already. */
export function explain(error: unknown): { code: number; lines: string[] } {
  if (error instanceof CommanderError) {
    return { code: error.exitCode === 0 ? exitCodes.ok : exitCodes.usage, lines: [] }
  }
  if (error instanceof ConfigError || error instanceof UsageError) {
    return { code: exitCodes.usage, lines: [error.message] }
  }
  if (error instanceof BadNews) return { code: exitCodes.failed, lines: [] }
  if (error instanceof DatabaseMissing) return { code: exitCodes.failed, lines: [error.advice] }
  if (error instanceof Error && isLoginRejected(error)) {
    const line = `PostgreSQL rejected the user or the password in DATABASE_URL (${error.message}).`
    return { code: exitCodes.failed, lines: [line] }
  }
  const unavailable = asUnavailable(error)
  if (unavailable !== undefined) {
    const reason = error instanceof Error && error !== unavailable ? ` (${error.message})` : ''
    return { code: exitCodes.failed, lines: [`${unavailable.detail}${reason}`] }
  }
  if (error instanceof DomainError) {
    const fields = (error.errors ?? []).map(({ field, detail }) => `  ${field}: ${detail}`)
    return {
      code: exitCodes.failed,
      lines: fields.length > 0 ? [`${error.title}:`, ...fields] : [error.detail ?? error.title],
    }
  }
  return { code: exitCodes.failed, lines: [explainSystem(error)] }
}

function explainSystem(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const code = 'code' in error ? error.code : undefined
  const port = 'port' in error ? String(error.port) : ''
  if (code === 'EADDRINUSE')
    return `Port ${port} is in use. Stop the program that listens there, or choose another port with --port.`
  if (code === 'EACCES' && port !== '')
    return `This user is not allowed to listen on port ${port}. Choose one above 1023 with --port.`
  return error.message
}
