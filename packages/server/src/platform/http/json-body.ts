import type { HonoRequest, MiddlewareHandler } from 'hono'
import type { FieldError } from '../errors.ts'
import { BodyTooLarge, InvalidInput, MalformedBody, UnsupportedMediaType } from './problems.ts'
import type { HttpEnv } from './variables.ts'

/** Bytes that a body may have. */
export const bodyLimit = 64 * 1024
/** Levels that JSON may nest. */
const depthLimit = 32

const jsonType = /^application\/(?:[\w.+-]+\+)?json *(?:;|$)/i
const formType = /^application\/x-www-form-urlencoded *(?:;|$)/i

/** Paths whose standard asks for form bodies (RFC 7662, RFC 7009). */
export interface JsonBodyOptions {
  readonly formPaths?: readonly string[]
}

/**
 * Reads and checks a body before any route does: at most 64 KiB, JSON, well-formed, not deeply nested, and without
 * what no field can hold (NUL, lone surrogates, `__proto__`).
 */
export function jsonBody({ formPaths = [] }: JsonBodyOptions = {}): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    const { method } = c.req
    if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return next()
    const type = c.req.header('Content-Type')
    if (formPaths.includes(c.req.path) && type !== undefined && formType.test(type)) {
      keepText(c.req, await readText(c.req.raw))
      return next()
    }
    const text = await readText(c.req.raw)
    c.set('emptyBody', text === '')
    if (text !== '') {
      if (type === undefined || !jsonType.test(type)) throw new UnsupportedMediaType()
      checkValue(parse(text))
    }
    keepText(c.req, text)
    return next()
  }
}

/** Leaves the text for whoever asks the request for its body later. Hono keeps promises there, whatever its type says. */
function keepText(request: HonoRequest, text: string): void {
  Object.assign(request.bodyCache, { text: Promise.resolve(text) })
}

async function readText(request: Request): Promise<string> {
  // Refused before it is read where it says how long it is: nobody sends 64 KiB for nothing. Where it says so and HTTP
  // holds it to that, it can be read in one piece, which is far quicker.
  const length = Number(request.headers.get('Content-Length') ?? Number.NaN)
  if (length > bodyLimit) throw new BodyTooLarge(bodyLimit)
  const bytes = length <= bodyLimit ? Buffer.from(await request.arrayBuffer()) : await readChunks(request)
  if (bytes.length > bodyLimit) throw new BodyTooLarge(bodyLimit)
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
    if (size > bodyLimit) throw new BodyTooLarge(bodyLimit)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new MalformedBody({ detail: 'The body is not well-formed JSON.', cause })
  }
}

/** Throws for a value that nests too deep or holds what no field can. */
function checkValue(root: unknown): void {
  const errors: FieldError[] = []
  const walk = (value: unknown, path: string, depth: number): void => {
    if (depth > depthLimit) {
      throw new MalformedBody({ detail: `The body nests deeper than ${depthLimit} levels.` })
    }
    if (typeof value === 'string' && !isStorable(value)) errors.push(unstorable(path))
    if (typeof value !== 'object' || value === null) return
    for (const [key, member] of Object.entries(value)) {
      const at = path === '' ? key : `${path}.${key}`
      if (key === '__proto__')
        errors.push({
          field: '__proto__',
          code: 'forbidden_field',
          detail: 'The field `__proto__` is not allowed.',
        })
      else if (!isStorable(key)) errors.push(unstorable(path === '' ? 'body' : path))
      else walk(member, at, depth + 1)
    }
  }
  walk(root, '', 0)
  if (errors.length > 0) throw new InvalidInput(errors.slice(0, 100))
}

/** Whether both databases keep the text as it is: neither NUL nor a lone surrogate. */
export const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes('\u0000')

const unstorable = (path: string): FieldError => ({
  field: path === '' ? 'body' : path,
  code: 'invalid_characters',
  detail: 'The text holds NUL or half a character (a lone surrogate).',
})
