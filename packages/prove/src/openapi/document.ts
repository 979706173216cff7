import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { parse } from 'yaml'
import { ProveSetupError } from '../config.ts'
import { inside } from '../run/address.ts'
import { call } from '../run/call.ts'

/** A JSON object whose members are not known yet. */
export type Json = Readonly<Record<string, unknown>>

/** An OpenAPI document (3.0 or 3.1) with what is needed to follow its references. */
export class OpenApiDocument {
  readonly root: Json

  constructor(root: Json) {
    this.root = root
  }

  /** The object itself, or what its `$ref` leads to inside this document; references elsewhere lead to nothing. */
  resolve(value: unknown, depth = 8): Json {
    const object = asObject(value)
    const { $ref: reference } = object
    if (typeof reference !== 'string') return object
    if (!reference.startsWith('#/') || depth === 0) return {}
    const steps = reference.slice(2).split('/')
    const found = steps.reduce<unknown>((at, step) => asObject(at)[unescaped(step)], this.root)
    return this.resolve(found, depth - 1)
  }
}

export const asObject = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {}

/** RFC 6901. */
const unescaped = (step: string): string =>
  decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~')

/**
 * Reads a document, JSON or YAML, from a file or from an address below the base.
 *
 * @throws ProveSetupError when it cannot be had or is none, or is not where the run stays
 */
export async function readOpenApi(where: string, base: URL, folder: string): Promise<OpenApiDocument> {
  const text = await (/^https?:/i.test(where) ? fetchText(where, base) : readText(resolve(folder, where)))
  let value: unknown
  try {
    value = parse(text) // YAML contains JSON
  } catch (cause) {
    throw new ProveSetupError(`${where} is neither JSON nor YAML.`, { cause })
  }
  const root = asObject(value)
  if (typeof root['openapi'] !== 'string' || !root['openapi'].startsWith('3.'))
    throw new ProveSetupError(`${where} is not an OpenAPI 3 document.`)
  return new OpenApiDocument(root)
}

async function fetchText(where: string, base: URL): Promise<string> {
  const url = URL.parse(where)
  if (url?.origin !== base.origin)
    throw new ProveSetupError(`${where} is not below ${base.origin}: the prover calls nothing else.`)
  const target = url.pathname + url.search
  const { status, body } = await call({
    method: 'GET',
    origin: inside(base, '/'),
    target,
    headers: [],
    body: undefined,
  })
  if (status !== 200) throw new ProveSetupError(`${where} answered ${status}.`)
  return body
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw new ProveSetupError(`There is no OpenAPI document at ${path}.`, { cause })
  }
}
