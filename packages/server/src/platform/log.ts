import { type DestinationStream, pino } from 'pino'

/** The part of a logger that the server uses. */
export interface Logger {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'

/** Names whose values never reach a log, wherever they stand. */
const secretNames = [
  'password',
  'current_password',
  'token',
  'access_token',
  'refresh_token',
  'refreshToken',
  'authorization',
  'cookie',
  'set-cookie',
  'secret',
  'jwtSecret',
]

/** Secrets that slip into a message: a JWT anywhere in a text. */
const jwt = /eyJ[\w-]{4,}\.[\w-]*\.[\w-]*/g
/** Credentials in a URL, e.g. in a driver's error. */
const urlCredentials = /(\w+:\/\/)[^\s/@]+@/g

/** Takes tokens and credentials out of a text. */
export function redactText(text: string): string {
  return text.replace(jwt, '[token]').replace(urlCredentials, '$1[redacted]@')
}

/**
 * A structured logger: JSON lines, or readable text on a terminal. Values under the names of secrets are redacted by
 * construction, and tokens in messages are cut out.
 */
export async function createLogger(level: LogLevel, terminal: boolean): Promise<Logger> {
  if (!terminal) return loggerTo(level, undefined)
  const { default: pretty } = await import('pino-pretty')
  return loggerTo(level, pretty({ ignore: 'pid,hostname', translateTime: 'HH:MM:ss', sync: true }))
}

export function loggerTo(level: LogLevel, destination: DestinationStream | undefined): Logger {
  const paths = secretNames.flatMap((name) => {
    const key = name.includes('-') ? `["${name}"]` : name
    return name.includes('-') ? [key, `*${key}`, `*.*${key}`] : [key, `*.${key}`, `*.*.${key}`]
  })
  const options = {
    level,
    base: null,
    redact: { paths, censor: '[redacted]' },
    serializers: { err: serializeError },
    hooks: {
      logMethod(this: unknown, parameters: unknown[], method: (...parameters: unknown[]) => void) {
        method.apply(
          this,
          parameters.map((each) => (typeof each === 'string' ? redactText(each) : each)),
        )
      },
    },
  }
  return destination === undefined ? pino(options) : pino(options, destination)
}

function serializeError(error: unknown): object {
  if (!(error instanceof Error)) return { message: redactText(String(error)) }
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {}
  const cause = error.cause === undefined ? {} : { cause: serializeError(error.cause) }
  return {
    type: error.name,
    message: redactText(error.message),
    ...code,
    stack: redactText(error.stack ?? ''),
    ...cause,
  }
}
