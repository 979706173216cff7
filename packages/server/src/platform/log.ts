import { type DestinationStream, pino } from 'pino'
import type { LogLevel } from './log-level.ts'
import { redact } from './redact.ts'

/** The part of a logger that the server uses. */
export interface Logger {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/**
 * A structured logger: JSON lines, or readable text on a terminal. Whatever is logged passes through `redact`, so that
 * no caller has to think of it.
 */
export async function createLogger(level: LogLevel, terminal: boolean): Promise<Logger> {
  if (!terminal) return loggerTo(level, undefined)
  const { default: pretty } = await import('pino-pretty')
  const options = { ignore: 'pid,hostname', translateTime: 'HH:MM:ss', singleLine: true, sync: true }
  return loggerTo(level, pretty(options))
}

export function loggerTo(level: LogLevel, destination: DestinationStream | undefined): Logger {
  const options = {
    level,
    base: null,
    // `redact` has shaped errors already.
    serializers: { err: (shaped: unknown) => shaped },
    hooks: {
      logMethod(this: unknown, parameters: unknown[], method: (...parameters: unknown[]) => void) {
        method.apply(
          this,
          parameters.map((each) => redact(each)),
        )
      },
    },
  }
  return destination === undefined ? pino(options) : pino(options, destination)
}
