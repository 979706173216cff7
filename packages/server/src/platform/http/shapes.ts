import { z } from '@hono/zod-openapi'
import { pageLimit } from '../paging.ts'

/** An error answer (RFC 9457), with `err` beside the standard's members. */
export const problemBody = z
  .object({
    type: z.string().openapi({ example: 'urn:gatehouse:problem:invalid_input' }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    err: z.string().openapi({ description: 'The detail, or the title where there is none.' }),
    code: z.string().openapi({ description: 'Stable; programs may compare it.', example: 'invalid_input' }),
    request_id: z.string(),
    errors: z
      .array(z.object({ field: z.string(), code: z.string(), detail: z.string() }))
      .optional()
      .openapi({ description: 'One entry for each invalid field.' }),
  })
  .openapi('Problem')

/** The query of a paged list; extend it with filters. */
export const pageQuery = z.strictObject({
  limit: z
    .string()
    // not coerced: that would take `1e1`, `0x10` and the empty string for numbers
    .regex(/^[0-9]{1,3}$/, `A limit is a number from 1 to ${pageLimit.most}.`)
    .transform(Number)
    .pipe(z.number().int().min(1).max(pageLimit.most))
    .optional()
    .transform((limit) => limit ?? pageLimit.usual)
    .openapi({ type: 'integer', minimum: 1, maximum: pageLimit.most, default: pageLimit.usual }),
  cursor: z
    .string()
    .max(1000)
    .optional()
    .openapi({ description: 'From the previous page’s `Link` header; opaque.' }),
})

/** A JSON answer. */
export function json<S extends z.ZodType>(schema: S, description: string) {
  return { description, content: { 'application/json': { schema } } }
}

/** A required JSON body. `/docs` sends `example` unless the reader changes it, so it has to work as it is. */
export function jsonRequest<S extends z.ZodType>(schema: S, example: z.input<S>) {
  return { required: true, content: { 'application/json': { schema, example } } } as const
}

/** An error answer. */
export function problem(description: string) {
  return { description, content: { 'application/problem+json': { schema: problemBody } } }
}

/** A page of a list. */
export function jsonPage<S extends z.ZodType>(schema: S, description: string) {
  const link = {
    description: 'The next page, as `rel="next"` (RFC 8288).',
    schema: { type: 'string' as const },
  }
  return { ...json(z.array(schema), description), headers: { Link: link } }
}
