import type { IncomingMessage } from 'node:http'
import type { RequestFacts } from '../policy/types.ts'

/** A request of Node, as rules look at it; frameworks on top of Node add their parameters and their own request. */
export class NodeFacts<Native> implements RequestFacts<Native> {
  readonly native: Native
  readonly #request: IncomingMessage
  readonly #params: object | undefined

  constructor(native: Native, request: IncomingMessage, params: unknown) {
    this.native = native
    this.#request = request
    this.#params = typeof params === 'object' && params !== null ? params : undefined
  }

  get method(): string {
    return this.#request.method ?? ''
  }

  get authorization(): readonly string[] {
    return authorizationFields(this.#request.rawHeaders)
  }

  header(name: string): string | undefined {
    const value = this.#request.headers[name.toLowerCase()]
    return typeof value === 'string' ? value : value?.join(', ')
  }

  param(name: string): unknown {
    const params = this.#params
    return params !== undefined && Object.hasOwn(params, name)
      ? params[name as keyof typeof params]
      : undefined
  }
}

const none: readonly string[] = []

/**
 * Each `Authorization` field line of a request: Node's own `headers` keeps the first and drops the others.
 *
 * @param rawHeaders names and values in turn, as Node provides them
 */
export function authorizationFields(rawHeaders: readonly string[]): readonly string[] {
  let fields: string[] | undefined
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] as string
    // most names have another length, and most clients write this one in one of two ways
    if (name.length !== 13) continue
    if (name !== 'authorization' && name !== 'Authorization' && name.toLowerCase() !== 'authorization')
      continue
    const value = rawHeaders[at + 1] as string
    if (fields === undefined) fields = [value]
    else fields.push(value)
  }
  return fields ?? none
}
