/** A parsed PostgreSQL URL, which may name several servers as in libpq. */
export interface PostgresUrl {
  /** One URL for each server, in the order in which to try them. */
  readonly servers: readonly [string, ...string[]]
  /** Milliseconds for one attempt to connect: `connect_timeout`, or 2 s where there is another server to try. */
  readonly connectMs: number | undefined
}

const attemptMs = 2_000

/**
 * Reads a PostgreSQL URL. Like libpq, and unlike `pg`, it accepts several servers:
 * `postgres://user:secret@a:5432,[::1]:5433,c/db?target_session_attrs=read-write`, or `?host=a,b&port=5432`. A host without
 * a port has the default one; `port` as a parameter is one for all, or one for each.
 *
 * @throws Error that says what the URL must be, and repeats no part of it that could be secret
 */
export function readPostgresUrl(text: string): PostgresUrl {
  const [, scheme = '', credentials = '', authority = '', path = '', query = ''] =
    /^(postgres(?:ql)?:\/\/)([^/?#]*@)?([^/?#]*)([^?#]*)(?:\?([^#]*))?(?:#.*)?$/is.exec(text) ??
    fail('must be a postgres:// URL; leave it out for SQLite')
  const parameters = new URLSearchParams(query)
  checkSession(parameters.get('target_session_attrs'))
  const connectMs = connectTimeout(parameters.get('connect_timeout'))
  const named = parameters.get('host')?.split(',')
  const ports = parameters.get('port')?.split(',')
  const hosts = named ?? authority.split(',')
  if (ports !== undefined && ![1, hosts.length].includes(ports.length))
    fail('must have one port for all hosts, or one for each')
  if (hosts.length === 1) return { servers: [checked(text)], connectMs }

  const [first, ...others] = hosts.map((host, index) => {
    // parameters take precedence over the authority
    if (named) parameters.set('host', host || fail('must have no empty host'))
    if (ports) parameters.set('port', port(ports[index] ?? ports[0] ?? ''))
    const address = named ? 'localhost' : hostAndPort(host)
    const search = parameters.size > 0 ? `?${parameters}` : ''
    return checked(`${scheme}${credentials}${address}${path}${search}`)
  })
  return { servers: [first ?? fail('must name a host'), ...others], connectMs: connectMs ?? attemptMs }
}

/** A server's host and port, for logs. */
export function addressOf(server: string): string {
  const { host, searchParams } = new URL(server)
  const name = searchParams.get('host') ?? host
  const number = searchParams.get('port')
  return number === null ? name : `${name.replace(/:\d+$/, '')}:${number}`
}

function fail(message: string): never {
  throw new Error(message)
}

function checked(url: string): string {
  if (!URL.canParse(url)) fail('must be a postgres:// URL such as postgres://user:password@host:5432/name')
  return url
}

function hostAndPort(text: string): string {
  const [, host = '', number] =
    /^(\[[\da-f:.]+\]|[^:[\]]+)(?::(\d*))?$/i.exec(text) ??
    fail('must separate its hosts by commas, each as host, host:port or [IPv6]:port')
  return number === undefined || number === '' ? host : `${host}:${port(number)}`
}

function port(text: string): string {
  const number = /^\d{1,5}$/.test(text) ? Number(text) : 0
  return number >= 1 && number <= 65_535 ? text : fail('must have ports from 1 to 65535')
}

/** Read-only servers are of no use, so `any` means one that accepts writes. */
function checkSession(attributes: string | null): void {
  if (attributes !== null && !['any', 'read-write', 'primary'].includes(attributes))
    fail('must have target_session_attrs=read-write (or primary, or any): this server writes')
}

function connectTimeout(text: string | null): number | undefined {
  if (text === null) return undefined
  const seconds = /^\d{1,4}$/.test(text) ? Number(text) : fail('must have connect_timeout in whole seconds')
  return seconds === 0 ? undefined : seconds * 1000
}
