/** Where throttles are counted in Redis. */
export interface RedisAddress {
  readonly host: string
  readonly port: number
  /** By `rediss://`. The certificate is checked against those that Node trusts (`NODE_EXTRA_CA_CERTS`). */
  readonly tls: boolean
  readonly username: string | undefined
  readonly password: string | undefined
  readonly database: number
  /** What every key begins with. */
  readonly prefix: string
}

/**
 * Reads `redis://user:password@host:6379/0?prefix=gatehouse:`.
 *
 * @throws Error whose message says what the address must be, without repeating it
 */
export function readRedisUrl(text: string): RedisAddress {
  const url = URL.parse(text)
  const tls = url?.protocol === 'rediss:'
  if (url === null || (!tls && url.protocol !== 'redis:') || url.hostname === '')
    throw new Error('must be redis://host:6379, or rediss:// for TLS')
  const [, database] = /^\/?(\d{1,4})?$/.exec(url.pathname) ?? []
  if (!/^\/?(\d{1,4})?$/.test(url.pathname))
    throw new Error('must end in the number of a database, such as /0')
  const unknown = [...url.searchParams.keys()].find((name) => name !== 'prefix')
  if (unknown !== undefined) throw new Error('may have one parameter, `prefix`')
  const prefix = url.searchParams.get('prefix') ?? 'gatehouse:'
  if (!/^[\w:.-]{1,100}$/.test(prefix))
    throw new Error('must have a prefix of letters, digits and `: . _ -`, 100 at most')
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? 6379 : Number(url.port),
    tls,
    username: decoded(url.username),
    password: decoded(url.password),
    database: Number(database ?? 0),
    prefix,
  }
}

function decoded(part: string): string | undefined {
  if (part === '') return undefined
  try {
    return decodeURIComponent(part)
  } catch {
    throw new Error('must have a user and a password with every % encoded as %25')
  }
}
