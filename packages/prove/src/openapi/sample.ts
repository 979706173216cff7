import { asObject, type OpenApiDocument } from './document.ts'

/** Makes a value that a JSON Schema accepts: its example or default where it has one, else the smallest that will do. */
export function sample(document: OpenApiDocument, given: unknown, depth = 6): unknown {
  const schema = document.resolve(given)
  for (const name of ['example', 'default', 'const'] as const) if (name in schema) return schema[name]
  const { examples, enum: choices, allOf, oneOf, anyOf } = schema
  const [first] =
    [examples, choices].find((list): list is unknown[] => Array.isArray(list) && list.length > 0) ?? []
  if (first !== undefined) return first
  if (depth === 0) return undefined
  if (Array.isArray(allOf))
    return Object.assign({}, ...allOf.map((part: unknown) => sample(document, part, depth - 1))) as unknown
  for (const choice of [oneOf, anyOf])
    if (Array.isArray(choice)) return sample(document, choice[0], depth - 1)
  const { type } = schema
  switch (Array.isArray(type) ? type[0] : (type ?? (schema['properties'] ? 'object' : undefined))) {
    case 'object':
      return sampleObject(document, schema, depth)
    case 'array':
      return Number(schema['minItems'] ?? 0) > 0 ? [sample(document, schema['items'], depth - 1)] : []
    case 'string':
      return sampleString(schema)
    case 'integer':
    case 'number':
      return (
        Number(schema['minimum'] ?? schema['exclusiveMinimum'] ?? 0) + ('exclusiveMinimum' in schema ? 1 : 0)
      )
    case 'boolean':
      return false
    default:
      return null
  }
}

/** The required members alone: the fewer, the fewer mistakes. */
function sampleObject(document: OpenApiDocument, schema: object, depth: number): unknown {
  const { properties, required } = asObject(schema)
  const needed = Array.isArray(required) ? required : []
  const members = Object.entries(asObject(properties)).filter(([name]) => needed.includes(name))
  return Object.fromEntries(members.map(([name, member]) => [name, sample(document, member, depth - 1)]))
}

const formats: Readonly<Record<string, string>> = {
  email: 'prove@example.com',
  uri: 'https://example.com/',
  url: 'https://example.com/',
  uuid: '00000000-0000-4000-8000-000000000000',
  date: '2026-01-01',
  'date-time': '2026-01-01T00:00:00Z',
  password: 'prove correct horse battery',
}

function sampleString(schema: object): string {
  const { format, minLength, maxLength } = asObject(schema)
  const text = formats[String(format)] ?? 'prove'
  return text.padEnd(Number(minLength ?? 0), 'x').slice(0, Number(maxLength ?? 1024))
}
