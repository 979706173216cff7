/** A JSON Schema, as far as tests look into it. */
export interface Schema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
}

interface Parameter {
  readonly name: string
  readonly in: string
}

interface DescribedOperation {
  readonly summary?: string
  readonly security?: readonly unknown[]
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> }
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: object }>>
}

/** What is read of `/openapi.json`. */
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
  readonly responses: DescribedOperation['responses']
}

/** Every operation that the document describes. */
export function operationsOf(document: OpenApi): Operation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): Operation => {
      const named = (place: string) =>
        (operation.parameters ?? []).filter((each) => each.in === place).map(({ name }) => name)
      const body = operation.requestBody?.content['application/json']?.schema
      return {
        method: method.toUpperCase(),
        path,
        summary: operation.summary,
        secured: operation.security !== undefined,
        pathParameters: named('path'),
        queryParameters: named('query'),
        body: body && resolve(document, body),
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

/** The path of an operation with its parameters filled in. */
export function fillPath({ path }: Operation, value: (name: string) => string): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(value(name)))
}
