import type { RequestFacts } from '../../policy/types.ts'
import type { Params } from './types.ts'

/** A web-standard request, as rules look at it. */
export class WebFacts implements RequestFacts<Request> {
  readonly native: Request
  readonly #params: Params

  constructor(request: Request, params: Params) {
    this.native = request
    this.#params = params
  }

  get method(): string {
    return this.native.method
  }

  // Headers joins repeated fields with a comma, which no token has
  get authorization(): readonly string[] {
    const field = this.native.headers.get('authorization')
    return field === null ? [] : [field]
  }

  header(name: string): string | undefined {
    return this.native.headers.get(name) ?? undefined
  }

  param(name: string): unknown {
    return Object.hasOwn(this.#params, name) ? this.#params[name] : undefined
  }
}
