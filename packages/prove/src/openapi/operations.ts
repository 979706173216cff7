import { asObject, type Json, type OpenApiDocument } from './document.ts'

export interface Operation {
  /** Upper case. */
  readonly method: string
  /** With parameters as `:name`. */
  readonly path: string
  readonly parameters: readonly string[]
  readonly body: Json
  readonly object: Json
  /** The operation's parameters and those of its path, references followed. */
  readonly described: readonly Json[]
}

const methods = ['get', 'head', 'post', 'put', 'patch', 'delete', 'options'] as const

/** Every operation of a document, in its order. */
export function operations(document: OpenApiDocument): readonly Operation[] {
  return Object.entries(asObject(document.root['paths'])).flatMap(([path, item]) => {
    const common = document.resolve(item)
    return methods.flatMap((method): Operation[] => {
      if (common[method] === undefined) return []
      const object = asObject(common[method])
      const listed = [common['parameters'], object['parameters']].filter(Array.isArray).flat() as unknown[]
      const body = document.resolve(object['requestBody'])
      return [
        {
          method: method.toUpperCase(),
          path: path.replace(/\{([^}]+)\}/g, ':$1'),
          parameters: [...path.matchAll(/\{([^}]+)\}/g)].map(([, name = '']) => name),
          body,
          object,
          described: listed.map((parameter) => document.resolve(parameter)),
        },
      ]
    })
  })
}
