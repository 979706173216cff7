import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { readPostgresUrl } from '../platform/db/postgres-url.ts'
import { isLoopback } from '../platform/loopback.ts'
import { readRedisUrl } from '../platform/redis-url.ts'

/** Parsers throw an Error whose message says what the value must be; it never repeats a secret. */
function fail(message: string): never {
  throw new Error(message)
}

const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 }

/** Seconds of a text like `10m`. */
function seconds(text: string): number {
  const [, amount, unit] =
    /^(\d{1,9})(s|m|h|d)?$/.exec(text) ?? fail('must be a time such as 90s, 10m, 12h or 14d')
  return Number(amount) * (units[unit ?? 's'] ?? 1)
}

const list = (text: string): string[] => [
  ...new Set(
    text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  ),
]

const secretBytes = 32
function bytes(text: string): Uint8Array {
  const encoded = Buffer.from(text, 'utf8')
  if (encoded.length < secretBytes)
    fail(`must be at least ${secretBytes} bytes; \`openssl rand -base64 32\` makes one`)
  return encoded
}

export const parsers = {
  cores: availableParallelism,
  port(text: string): number {
    const number = /^\d{1,5}$/.test(text) ? Number(text) : fail('must be a port, 0 to 65535')
    return number <= 65_535 ? number : fail('must be a port, 0 to 65535')
  },
  host(text: string): string {
    return /^[\w.:%-]+$/.test(text) ? text : fail('must be an address or a host name, without a port')
  },
  url(text: string): string {
    const url = URL.parse(text) ?? fail('must be a URL such as https://id.example.com')
    if (url.protocol !== 'https:' && url.protocol !== 'http:') fail('must be an https URL')
    if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
      fail('must have no credentials, query or fragment')
    return url.href.replace(/\/+$/, '')
  },
  /** An https URL; on this machine, also http. `why` says what would go in the clear. */
  httpsUrl(why?: string): (text: string) => string {
    return (text) => {
      const url = parsers.url(text)
      const { protocol, hostname } = new URL(url)
      if (protocol !== 'https:' && !isLoopback(hostname))
        fail(`must be an https URL${why === undefined ? '' : `: ${why}`}`)
      return url
    }
  },
  origins(text: string): string[] {
    return list(text).map((each) => {
      const url = URL.parse(each)
      if (url === null || url.origin !== each)
        fail(`${JSON.stringify(each)} is not an origin such as https://app.example.com`)
      return each
    })
  },
  audiences(text: string): string[] {
    const names = list(text)
    if (names.length === 0) fail('must name at least one audience')
    // RFC 6749's characters for a scope, which are safe in JSON, URLs and headers
    if (names.some((name) => !/^[\x21\x23-\x5b\x5d-\x7e]{1,200}$/.test(name)))
      fail('must be names without spaces')
    return names
  },
  clientSecrets(text: string): ReadonlyMap<string, string> {
    const pairs = list(text).map((pair): [string, string] => {
      const [, name = '', secret = ''] =
        /^([^:]+):(.{32,})$/.exec(pair) ??
        fail('must be name:secret pairs, with secrets of 32 characters or more')
      return [name, secret]
    })
    return new Map(pairs)
  },
  databaseUrl(text: string): string {
    readPostgresUrl(text)
    return text
  },
  redisUrl: readRedisUrl,
  folder: (text: string): string => resolve(text),
  sealingSecret: bytes,
  sharedSecret: bytes,
  onOff(text: string): boolean {
    if (/^(on|true|1|yes)$/i.test(text)) return true
    return /^(off|false|0|no)$/i.test(text) ? false : fail('must be on or off')
  },
  oneOf<const T extends string>(...values: T[]): (text: string) => T {
    return (text) => values.find((value) => value === text) ?? fail(`must be one of: ${values.join(', ')}`)
  },
  whole(least: number, most: number): (text: string) => number {
    return (text) => {
      const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
      return number >= least && number <= most
        ? number
        : fail(`must be a whole number from ${least} to ${most}`)
    }
  },
  duration(least: string, most: string): (text: string) => number {
    return (text) => {
      const value = seconds(text)
      return value >= seconds(least) && value <= seconds(most)
        ? value
        : fail(`must be a time from ${least} to ${most}`)
    }
  },
}
