import type { HonoRequest } from 'hono'
import { BodyTooLarge, MalformedBody } from '../problems.ts'

/** Bytes that a body may have. */
export const maxBodyBytes = 64 * 1024

/**
 * Reads the text of a body, at most 64 KiB, and leaves it where a later `c.req.text()` or `c.req.json()` finds it.
 *
 * @throws BodyTooLarge (`body_too_large`, 413), before any of it is read where the request declares its length
 * @throws MalformedBody (`malformed_body`, 400) for bytes that are not UTF-8
 */
export async function readBody(request: HonoRequest): Promise<string> {
  const text = await readText(request.raw)
  // Hono keeps promises there, whatever its type says
  Object.assign(request.bodyCache, { text: Promise.resolve(text) })
  return text
}

async function readText(request: Request): Promise<string> {
  // HTTP holds a request to the length that it declares, so it can be read in one piece, which is far quicker
  const length = Number(request.headers.get('Content-Length') ?? Number.NaN)
  if (length > maxBodyBytes) throw new BodyTooLarge(maxBodyBytes)
  const bytes = length <= maxBodyBytes ? Buffer.from(await request.arrayBuffer()) : await readChunks(request)
  if (bytes.length > maxBodyBytes) throw new BodyTooLarge(maxBodyBytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new MalformedBody({ detail: 'The body is not UTF-8 text.', cause })
  }
}

async function readChunks(request: Request): Promise<Buffer> {
  if (request.body === null) return Buffer.alloc(0)
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of request.body) {
    size += chunk.length
    if (size > maxBodyBytes) throw new BodyTooLarge(maxBodyBytes)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
