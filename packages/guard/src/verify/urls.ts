/** Whether a host is this machine, so that nobody can listen in on plain http. */
function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname)
  )
}

/**
 * Reads the address of an issuer or key set: https, or http on loopback; credentials and fragments have no place in it.
 *
 * @throws Error saying what is wrong with it; the address itself is not repeated
 */
export function secureUrl(text: string, allowInsecureRequests: boolean): URL {
  const url = URL.parse?.(text) ?? parse(text)
  if (url === null) throw new Error('It is not a URL.')
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new Error('It is not an https URL.')
  if (url.protocol === 'http:' && !isLoopback(url.hostname) && !allowInsecureRequests) {
    throw new Error('It is an http URL: only https is safe outside of this machine.')
  }
  if (url.username !== '' || url.password !== '' || url.hash !== '') {
    throw new Error('It has credentials or a fragment.')
  }
  return url
}

// URL.parse came with Node 22
function parse(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null
}
