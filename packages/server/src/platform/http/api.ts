import { OpenAPIHono, type RouteConfig, type z } from '@hono/zod-openapi'
import type { Env } from 'hono'
import { METHOD_NAME_ALL } from 'hono/router'
import { type FieldError, InvalidInput } from '../errors.ts'
import { describeForm, formBody, oauthErrors } from './pipelines/form.ts'
import { jsonBody } from './pipelines/json.ts'
import { UnsupportedMediaType } from './problems.ts'
import type { HttpEnv, HttpVariables } from './variables.ts'

/** The part of a zod issue that goes into a problem document. */
interface Issue {
  readonly code: string
  readonly path: readonly PropertyKey[]
  readonly message: string
  readonly keys?: readonly string[]
  /** The code of our own refinements: `params: { code }`. */
  readonly params?: Readonly<Record<string, unknown>> | undefined
}

/**
 * A Hono app whose routes are declared with their schemas. What does not fit a schema is a 422 that names each field;
 * a route that needs a body and gets none, a 415.
 *
 * A route is JSON unless its middleware is that of a `form`, `page` or `redirect`. Its body is read only behind its own
 * middleware, the guard above all: a caller whom the guard refuses learns nothing about bodies, and fills no memory.
 */
export function newApi<E extends Env = HttpEnv>(): OpenAPIHono<E> {
  const app = new OpenAPIHono<E>({
    defaultHook: (result, c) => {
      if (result.success) return
      if (result.target === 'json' && (c.var as Partial<HttpVariables>).emptyBody === true)
        throw new UnsupportedMediaType()
      throw new InvalidInput(fieldErrors(result.error.issues))
    },
  })
  app.openapi = new Proxy(app.openapi, {
    apply: (openapi, self, [route, ...rest]: [RouteConfig, ...unknown[]]) =>
      Reflect.apply(openapi, self, [withBodyRules(route), ...rest]),
  })
  return app
}

/** A route whose body is read after its own middleware, and before its schemas. */
function withBodyRules(route: RouteConfig): RouteConfig {
  const steps = [route.middleware ?? []].flat()
  if (steps.some((step) => step === oauthErrors)) return describeForm(route)
  const hasRules = bodiless.has(route.method) || steps.some((step) => step === formBody)
  return hasRules ? route : { ...route, middleware: [...steps, jsonBody] }
}

const bodiless: ReadonlySet<string> = new Set(['get', 'head'])

/**
 * Refuses an app with a route that could read a body of any size: every route but GET is to be declared with
 * `app.openapi`, which bounds it.
 */
export function requireBodyRules({ routes }: Pick<OpenAPIHono<HttpEnv>, 'routes'>): void {
  const nameOf = ({ method, path }: { method: string; path: string }): string => `${method} ${path}`
  const bounded = new Set(
    routes.filter(({ handler }) => handler === jsonBody || handler === formBody).map(nameOf),
  )
  const others = routes.filter(({ method }) => method !== METHOD_NAME_ALL && method !== 'GET').map(nameOf)
  const unbounded = others.find((name) => !bounded.has(name))
  if (unbounded !== undefined)
    throw new Error(`${unbounded} has no rules for its body: declare it with app.openapi`)
}

/**
 * Reads a value by a schema, as the routes read bodies.
 *
 * @throws InvalidInput (`invalid_input`, 422) with one entry for each invalid field
 */
export function readShape<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const read = schema.safeParse(value)
  if (!read.success) throw new InvalidInput(fieldErrors(read.error.issues))
  return read.data
}

/** One entry for each invalid field; an unknown field is listed under its own name. */
function fieldErrors(issues: readonly Issue[]): FieldError[] {
  return issues.slice(0, 100).flatMap((issue): FieldError[] => {
    const path = issue.path.map(String).join('.')
    if (issue.code === 'unrecognized_keys') {
      return (issue.keys ?? []).map((key) => ({
        field: path === '' ? key : `${path}.${key}`,
        code: 'unknown_field',
        detail: `Unknown field \`${key.slice(0, 100)}\`.`,
      }))
    }
    const own = issue.params?.['code']
    const code = typeof own === 'string' ? own : issue.code
    return [{ field: path === '' ? 'body' : path, code, detail: issue.message }]
  })
}
