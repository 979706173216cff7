import type { MiddlewareHandler } from 'hono'
import { type FieldError, InvalidInput } from '../../errors.ts'
import { isStorable } from '../../storable-text.ts'
import { MalformedBody, UnsupportedMediaType } from '../problems.ts'
import type { HttpEnv } from '../variables.ts'
import { readBody } from './body.ts'

/** Levels that JSON may nest. */
const maxDepth = 32

const jsonType = /^application\/(?:[\w.+-]+\+)?json *(?:;|$)/i

/**
 * Reads and checks the body of a JSON route: at most 64 KiB, well-formed, not deeply nested, and without what no field
 * can hold (NUL, lone surrogates, `__proto__`). It runs behind the route's guard and in front of its schemas.
 */
export const jsonBody: MiddlewareHandler<HttpEnv> = async (c, next) => {
  const text = await readBody(c.req)
  c.set('emptyBody', text === '')
  if (text !== '') {
    const type = c.req.header('Content-Type')
    if (type === undefined || !jsonType.test(type)) throw new UnsupportedMediaType()
    checkValue(parse(text))
  }
  return next()
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
    if (depth > maxDepth) {
      throw new MalformedBody({ detail: `The body nests deeper than ${maxDepth} levels.` })
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

const unstorable = (path: string): FieldError => ({
  field: path === '' ? 'body' : path,
  code: 'invalid_characters',
  detail: 'The text contains NUL or half a character (a lone surrogate).',
})
