import { reasonOf } from '../report.ts'
import { type JsonObject, parseJsonObject } from './json.ts'

const maxBytes = 512 * 1024
const timeoutMs = 5000

/**
 * Fetches a JSON object: no redirects (they would move trust to another host), at most 512 KiB, within 5 s.
 *
 * @throws Error that says what is wrong with the response
 */
export async function fetchJson(url: URL, cancel: AbortSignal): Promise<JsonObject> {
  const signal = AbortSignal.any([cancel, AbortSignal.timeout(timeoutMs)])
  const headers = { accept: 'application/json' }
  const response = await fetch(url, { redirect: 'manual', signal, headers }).catch((cause: unknown) => {
    // the same text for every path of an issuer that is down
    throw new Error(`${url.origin} does not answer (${reasonOf(cause)}).`, { cause })
  })
  if (response.status !== 200) {
    await response.body?.cancel()
    throw new Error(`${url.href} answered with status ${response.status}.`)
  }
  const object = parseJsonObject(await readBounded(response, url))
  if (object === undefined) throw new Error(`${url.href} did not answer with a JSON object.`)
  return object
}

async function readBounded(response: Response, url: URL): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let length = 0
  // leaving the loop early cancels the response
  for await (const chunk of response.body ?? []) {
    length += chunk.byteLength
    if (length > maxBytes) throw new Error(`${url.href} answered with more than 512 KiB.`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** Whether a host is this machine, where plain http cannot be intercepted. */
function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname)
  )
}

/**
 * Parses the URL of an issuer or key set: https, or http on loopback, without credentials and fragment.
 *
 * @throws Error that says what is wrong with it, without repeating it
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
