import { OpenAPIHono } from '@hono/zod-openapi'
import type { Env } from 'hono'
import type { FieldError } from '../errors.ts'
import { InvalidInput, UnsupportedMediaType } from './problems.ts'
import type { HttpEnv, HttpVariables } from './variables.ts'

/** The part of a zod issue that a problem document is made of. */
interface Issue {
  readonly code: string
  readonly path: readonly PropertyKey[]
  readonly message: string
  readonly keys?: readonly string[]
  /** What a refinement of our own says: `params: { code }`. */
  readonly params?: Readonly<Record<string, unknown>> | undefined
}

/**
 * A Hono app whose routes are declared with their schemas. What does not fit a schema is a 422 that names each field;
 * a route that needs a body and gets none, a 415.
 */
export function newApi<E extends Env = HttpEnv>(): OpenAPIHono<E> {
  return new OpenAPIHono<E>({
    defaultHook: (result, c) => {
      if (result.success) return
      if (result.target === 'json' && (c.var as Partial<HttpVariables>).emptyBody === true)
        throw new UnsupportedMediaType()
      throw new InvalidInput(fieldErrors(result.error.issues))
    },
  })
}

/** One entry for each field that is wrong; unknown fields by their own names. */
function fieldErrors(issues: readonly Issue[]): FieldError[] {
  return issues.slice(0, 100).flatMap((issue): FieldError[] => {
    const path = issue.path.map(String).join('.')
    if (issue.code === 'unrecognized_keys') {
      return (issue.keys ?? []).map((key) => ({
        field: path === '' ? key : `${path}.${key}`,
        code: 'unknown_field',
        detail: `There is no field \`${key.slice(0, 100)}\` here.`,
      }))
    }
    const own = issue.params?.['code']
    const code = typeof own === 'string' ? own : issue.code
    return [{ field: path === '' ? 'body' : path, code, detail: issue.message }]
  })
}
