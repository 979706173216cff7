import { isLoopback } from '../loopback.ts'

/** The mail server that takes messages, and how to speak to it. */
export interface MailServer {
  readonly host: string
  readonly port: number
  /**
   * `implicit`: TLS from the first byte (smtps). `required`: STARTTLS, or nothing is sent. `off`: in the clear, for a server
   * on this machine or in a private network.
   */
  readonly tls: 'implicit' | 'required' | 'off'
  readonly user: string | undefined
  readonly password: string | undefined
}

const ports = { 'smtp:': 587, 'smtps:': 465 } as const

/**
 * Reads `smtp://user:password@host:587` or `smtps://…`. Unless the host is this machine, `smtp:` needs STARTTLS, or
 * `?tls=off`.
 *
 * @throws Error whose message says what is wrong, without the text: it may hold a password
 */
export function readMailServer(text: string): MailServer {
  const url = URL.parse(text)
  if (url === null || (url.protocol !== 'smtp:' && url.protocol !== 'smtps:') || url.hostname === '')
    throw new Error('must be a URL such as smtps://user:password@mail.example.com')
  if (!['', '/'].includes(url.pathname) || url.hash !== '')
    throw new Error(
      'must have no path or fragment; characters such as # and / in a password are written %23 and %2F',
    )
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const { user, password } = credentials(url)
  const port = url.port === '' ? ports[url.protocol] : Number(url.port)
  if (port === 0) throw new Error('must have a port from 1 to 65535')
  return { host, port, tls: tlsOf(url, host), user, password }
}

function tlsOf({ protocol, searchParams }: URL, host: string): MailServer['tls'] {
  const [given, ...more] = [...searchParams]
  if (more.length > 0 || (given !== undefined && given[0] !== 'tls'))
    throw new Error('knows one parameter alone: ?tls=required or ?tls=off')
  if (protocol === 'smtps:') {
    if (given !== undefined)
      throw new Error('takes ?tls= with smtp:// alone; smtps:// is encrypted from the start')
    return 'implicit'
  }
  if (given === undefined) return isLoopback(host) ? 'off' : 'required'
  const [, value] = given
  if (value === 'required' || value === 'off') return value
  throw new Error('must say ?tls=required or ?tls=off')
}

function credentials({ username, password }: URL): Pick<MailServer, 'user' | 'password'> {
  if (username === '' && password === '') return { user: undefined, password: undefined }
  if (username === '' || password === '') throw new Error('must have a user and a password, or neither')
  try {
    return { user: decodeURIComponent(username), password: decodeURIComponent(password) }
  } catch {
    throw new Error('has a % in its user or password that must be written %25')
  }
}
