/** Names whose values never reach a log, wherever they stand and however they are spelt. */
const secretName = /pass(word|phrase)|secret|token|authorization|cookie|private|database_?url/i
/** A JWT anywhere in a text. */
const jwt = /eyJ[\w-]{4,}\.[\w-]*\.[\w-]*/g
/** Credentials in a URL, e.g. in a driver's error. */
const urlCredentials = /(\w+:\/\/)[^\s/@]+@/g

/** Levels and members that are shown of a value; a log is no place for whole documents. */
const [depthLimit, memberLimit] = [6, 50]

/** Takes tokens and credentials out of a text. */
export function redactText(text: string): string {
  return text.replace(jwt, '[token]').replace(urlCredentials, '$1[redacted]@')
}

/**
 * A copy of a value that is fit for a log: no text or object under a secret's name, no token in any text, errors with
 * their causes, and of bounded size.
 */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value)
  if (typeof value === 'bigint') return value.toString()
  if (typeof value !== 'object' || value === null) return value
  if (depth >= depthLimit) return '[deeper]'
  if (value instanceof Error) return redactError(value, depth)
  if (value instanceof Date) return value
  if (ArrayBuffer.isView(value)) return '[bytes]'
  if (Array.isArray(value)) return value.slice(0, memberLimit).map((each) => redact(each, depth + 1))
  const members = Object.entries(value).slice(0, memberLimit)
  return Object.fromEntries(members.map(([name, member]) => [name, redactMember(name, member, depth + 1)]))
}

/** A number or a boolean under such a name describes a secret but is not one. */
function redactMember(name: string, value: unknown, depth: number): unknown {
  const holds = typeof value === 'string' || (typeof value === 'object' && value !== null)
  return holds && secretName.test(name) ? '[redacted]' : redact(value, depth)
}

function redactError(error: Error, depth: number): object {
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {}
  const cause = error.cause === undefined ? {} : { cause: redact(error.cause, depth + 1) }
  return {
    type: error.name,
    message: redactText(error.message),
    ...code,
    stack: redactText(error.stack ?? ''),
    ...cause,
  }
}
