import type { IncomingMessage } from 'node:http'
import type { RequestFacts } from '../policy/types.ts'
import { authorizationFields } from './raw-headers.ts'

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
