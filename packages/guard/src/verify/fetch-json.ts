import { type JsonObject, parseJsonObject } from './json.ts'

const maxBytes = 512 * 1024
const timeoutMs = 5000

/**
 * Fetches a JSON object: no redirects (they would move trust to whoever is redirected to), at most 512 KiB, within 5 s.
 *
 * @throws Error saying what was wrong with the answer
 */
export async function fetchJson(url: URL, cancel: AbortSignal): Promise<JsonObject> {
  const signal = AbortSignal.any([cancel, AbortSignal.timeout(timeoutMs)])
  const response = await fetch(url, { redirect: 'manual', signal, headers: { accept: 'application/json' } })
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
  // leaving the loop early cancels the rest
  for await (const chunk of response.body ?? []) {
    length += chunk.byteLength
    if (length > maxBytes) throw new Error(`${url.href} answered with more than 512 KiB.`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
