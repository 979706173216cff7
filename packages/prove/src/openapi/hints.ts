import type { Body, ProveConfig } from '../config.ts'
import { asObject, type OpenApiDocument } from './document.ts'
import { operations } from './operations.ts'
import { sample } from './sample.ts'

/** Bodies and required queries of routes, from an OpenAPI document; the configuration takes precedence. */
export function withHints(config: ProveConfig, document: OpenApiDocument): ProveConfig {
  const bodies: Record<string, Body> = {}
  const queries: Record<string, string> = {}
  for (const { method, path, body, described } of operations(document)) {
    const media = asObject(asObject(body['content'])['application/json'])
    const examples = Object.values(asObject(media['examples'])).map((each) => document.resolve(each)['value'])
    const found =
      media['example'] ?? examples[0] ?? (media['schema'] ? sample(document, media['schema']) : undefined)
    // JSON, as the document is
    if (found !== undefined) bodies[`${method} ${path}`] = found as Body
    const needed = described.filter(({ in: place, required }) => place === 'query' && required === true)
    const query = new URLSearchParams(
      needed.map((each): [string, string] => [
        String(each['name']),
        String(each['example'] ?? sample(document, each['schema'])),
      ]),
    )
    if (needed.length > 0) queries[`${method} ${path}`] = `?${query}`
  }
  return { ...config, bodies: { ...bodies, ...config.bodies }, queries: { ...queries, ...config.queries } }
}
