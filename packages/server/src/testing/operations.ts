/** The part of JSON Schema that tests look at. */
export interface Schema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly example?: unknown
  readonly default?: unknown
  readonly const?: unknown
}

interface Parameter {
  readonly name: string
  readonly in: string
}

interface DescribedOperation {
  readonly summary?: string
  readonly security?: readonly unknown[]
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly schema: Schema; readonly example?: unknown }>>
  }
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: object }>>
}

/** The part of `/openapi.json` that tests read. */
export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

/** One route, as `/openapi.json` describes it. */
export interface Operation {
  readonly method: string
  /** With parameters in braces. */
  readonly path: string
  readonly summary: string | undefined
  readonly secured: boolean
  readonly pathParameters: readonly string[]
  readonly queryParameters: readonly string[]
  /** The schema of its JSON body, if it takes one. */
  readonly body: Schema | undefined
  /** What `/docs` fills in for that body. */
  readonly sample: unknown
  readonly responses: DescribedOperation['responses']
}

/** Every operation that the document describes. */
export function operationsOf(document: OpenApi): Operation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): Operation => {
      const named = (place: string) =>
        (operation.parameters ?? []).filter((each) => each.in === place).map(({ name }) => name)
      const content = operation.requestBody?.content['application/json']
      const body = content?.schema
      return {
        method: method.toUpperCase(),
        path,
        summary: operation.summary,
        secured: operation.security !== undefined,
        pathParameters: named('path'),
        queryParameters: named('query'),
        body: body && resolve(document, body),
        sample: content?.example ?? (body && sampleOf(document, body)),
        responses: operation.responses,
      }
    }),
  )
}

/** A schema with its reference followed. */
export function resolve(document: OpenApi, schema: Schema): Schema {
  const name = schema.$ref?.replace('#/components/schemas/', '')
  return name === undefined ? schema : (document.components.schemas[name] ?? schema)
}

/** What Scalar generates for a body without an example: every field, with the first value that it can find. */
function sampleOf(document: OpenApi, given: Schema): unknown {
  const schema = resolve(document, given)
  const [known] = [schema.example, schema.default, schema.const, schema.enum?.[0]].filter(
    (value) => value !== undefined,
  )
  if (known !== undefined) return known
  if (schema.properties !== undefined) {
    const fields = Object.entries(schema.properties).map(([name, field]) => [name, sampleOf(document, field)])
    return Object.fromEntries(fields)
  }
  if (schema.anyOf?.[0] !== undefined) return sampleOf(document, schema.anyOf[0])
  if (schema.items !== undefined) return [sampleOf(document, schema.items)]
  if (Array.isArray(schema.type)) return null
  return schema.type === undefined
    ? undefined
    : { string: '', boolean: true, integer: 1, number: 1 }[String(schema.type)]
}

/** The type that a route's errors have: those of OAuth's own endpoints are what RFC 6749 says, and more. */
export const errorType = (path: string): string =>
  path.startsWith('/oauth/') ? 'application/json' : 'application/problem+json'

/** The path of an operation with its parameters filled in. */
export function fillPath({ path }: Operation, value: (name: string) => string): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(value(name)))
}
