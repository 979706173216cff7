import { manifestVersion } from './manifest.ts'

const text = { type: 'string' } as const
const texts = { type: 'array', items: text } as const

const closed = (
  properties: Record<string, object>,
  required: readonly string[] = Object.keys(properties),
): object => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
})

const rules = { type: 'array', items: { $ref: '#/$defs/rule' } } as const
const kind = (name: string): object => ({ const: name })

/** What a manifest looks like: JSON Schema, draft 2020-12. */
export const manifestSchema: Readonly<Record<string, unknown>> = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'The routes of an application and who may call each',
  ...closed({
    version: { const: manifestVersion },
    framework: text,
    routes: { type: 'array', items: { $ref: '#/$defs/route' } },
    middleware: { type: 'array', items: closed({ path: text, name: text }) },
  }),
  $defs: {
    route: closed({
      method: text,
      path: text,
      parameters: texts,
      kind: { enum: ['guarded', 'shared', 'optional', 'open'] },
      rules,
      reason: { type: ['string', 'null'] },
      printed: text,
      unmentioned: texts,
      source: { anyOf: [{ type: 'null' }, closed({ file: text, line: { type: 'integer' } })] },
      notes: texts,
    }),
    rule: {
      anyOf: [
        closed({ kind: kind('signedIn') }),
        closed({ kind: kind('own'), param: text, loaded: { type: 'boolean' } }),
        closed({ kind: kind('role'), role: text }),
        closed({ kind: kind('permission'), permission: text }),
        closed({ kind: kind('all'), rules }),
        closed({ kind: kind('stepUp'), acr: text, maxAge: { type: 'number' } }, ['kind']),
        closed({ kind: kind('check'), name: text }),
      ],
    },
  },
}
