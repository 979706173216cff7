import { isIP } from 'node:net'
import { ProveSetupError } from '../config.ts'

/**
 * Checks the address that the whole run stays inside of.
 *
 * @throws ProveSetupError when it is not an http(s) origin, or not this machine and `anywhere` is not set
 */
export function baseAddress(base: string, anywhere: boolean): URL {
  const url = URL.parse(base)
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new ProveSetupError(`The base address ${JSON.stringify(base)} is not an http or https URL.`)
  }
  if (url.username !== '' || url.search !== '' || url.hash !== '') {
    throw new ProveSetupError('The base address must have no credentials, query or fragment.')
  }
  if (!anywhere && !isLoopback(url.hostname)) {
    throw new ProveSetupError(
      `The base address ${url.origin} is not this machine. The prover attacks what it calls; ` +
        'set `anywhere: true` (or --anywhere) if that machine is yours and may be attacked.',
    )
  }
  return url
}

/** The address of a path below the base; a path can never lead to another host. */
export function inside(base: URL, path: string): URL {
  const prefix = base.pathname.replace(/\/$/, '')
  const url = new URL(base)
  const [pathname = '', search] = splitQuery(path)
  url.pathname = prefix + (pathname.startsWith('/') ? pathname : `/${pathname}`)
  url.search = search ?? ''
  return url
}

function splitQuery(path: string): [string, string | undefined] {
  const at = path.indexOf('?')
  return at === -1 ? [path, undefined] : [path.slice(0, at), path.slice(at)]
}

function isLoopback(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '')
  if (host === 'localhost' || host === '::1') return true
  return isIP(host) === 4 && host.startsWith('127.')
}
