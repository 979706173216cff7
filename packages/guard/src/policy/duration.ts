import { ConfigurationError } from '../errors.ts'

const units: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 }

/**
 * Reads a length of time, `'5m'` or a number of seconds, as seconds.
 *
 * @throws ConfigurationError where it is neither, or not above zero
 */
export function readSeconds(what: string, text: string | number): number {
  const [, amount, unit = ''] =
    typeof text === 'string' ? (/^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text) ?? []) : []
  const seconds = typeof text === 'number' ? text : Number(amount) * (units[unit] ?? Number.NaN)
  if (Number.isFinite(seconds) && seconds > 0) return seconds
  throw new ConfigurationError(`${what} is neither a length of time such as '5m' nor a number of seconds.`)
}
