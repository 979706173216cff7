import { DomainError } from '../errors.ts'

/** The database cannot be reached, or has no free connection. */
export class DatabaseUnavailable extends DomainError {
  readonly code = 'database_unavailable'
  readonly title = 'Service unavailable'

  constructor(cause?: unknown) {
    super({
      detail: 'The database cannot be reached right now. Try again.',
      retryAfterMs: 1_000,
      cause,
    })
  }
}

/** The database does not exist. HTTP callers learn only that it cannot be reached; the operator gets `advice`. */
export class DatabaseMissing extends DatabaseUnavailable {
  readonly advice: string

  constructor(advice: string, cause?: unknown) {
    super(cause)
    this.advice = advice
  }
}

/** The database did not answer in time. */
export class DatabaseBusy extends DomainError {
  readonly code = 'database_busy'
  readonly title = 'Service unavailable'

  constructor(cause?: unknown) {
    super({ detail: 'The database is busy. Try again.', retryAfterMs: 1_000, cause })
  }
}

/**
 * SQLSTATE classes and codes: connection exceptions, shutdown, too many connections, a recovering server; one that became
 * read-only, which a primary that was demoted is.
 */
const unreachable = /^(08...|57P0[123]|53300|25006)$/
/** Node's own codes for a connection that does not come about, or breaks. */
const socketCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
  'ENOENT',
])
/** What pg says without a code. */
const pgMessages =
  /^(Connection terminated|timeout exceeded when trying to connect|timeout expired|Client has encountered a connection error|Query read timeout|Connection ended|Client was closed)/
const sqliteBusy = 5

/** Turns a driver's error into a problem that callers may see, if the database is unavailable or busy. */
export function asUnavailable(error: unknown): DomainError | undefined {
  if (error instanceof DomainError)
    return error instanceof DatabaseUnavailable || error instanceof DatabaseBusy ? error : undefined
  if (!(error instanceof Error)) return undefined
  const code = codeOf(error)
  if (code !== undefined && (unreachable.test(code) || socketCodes.has(code)))
    return new DatabaseUnavailable(error)
  if (pgMessages.test(error.message)) return new DatabaseUnavailable(error)
  // lock_timeout and statement_timeout
  if (code === '55P03' || code === '57014' || isSqliteBusy(error)) return new DatabaseBusy(error)
  return undefined
}

/** Whether running the same transaction again can succeed: a deadlock or a serialization failure. */
export function isTransient(error: unknown): boolean {
  const code = error instanceof Error ? codeOf(error) : undefined
  return code === '40001' || code === '40P01'
}

/**
 * Whether the error says that a unique column already has the value; `column` is looked for in the constraint's or
 * column's name, e.g. `username_key`.
 */
export function isUniqueViolation(error: unknown, column: string): boolean {
  if (!(error instanceof Error)) return false
  if (codeOf(error) === '23505') return 'constraint' in error && String(error.constraint).includes(column)
  return [1555, 2067].includes(sqliteCode(error) ?? 0) && error.message.includes(column)
}

/** Whether SQLite says that another connection is writing. */
export const isSqliteBusy = (error: unknown): boolean =>
  error instanceof Error && sqliteCode(error) === sqliteBusy

/** Whether PostgreSQL says that it has no database of this name (`invalid_catalog_name`). */
export const isDatabaseMissing = (error: unknown): boolean =>
  error instanceof Error && codeOf(error) === '3D000'

/** Whether PostgreSQL rejected the user or the password (`invalid_authorization_specification`, `invalid_password`). */
export const isLoginRejected = (error: unknown): boolean =>
  error instanceof Error && /^28(000|P01)$/.test(codeOf(error) ?? '')

function codeOf(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

function sqliteCode(error: Error): number | undefined {
  return 'errcode' in error && typeof error.errcode === 'number' ? error.errcode : undefined
}
