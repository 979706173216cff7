import type { Request } from 'express'
import type { RequestFacts } from '../../policy/types.ts'
import { authorizationFields } from '../raw-headers.ts'

/** A request of Express, as rules look at it. */
export class ExpressFacts implements RequestFacts<Request> {
  readonly native: Request

  constructor(request: Request) {
    this.native = request
  }

  get method(): string {
    return this.native.method
  }

  get authorization(): readonly string[] {
    return authorizationFields(this.native.rawHeaders)
  }

  header(name: string): string | undefined {
    const value = this.native.headers[name.toLowerCase()]
    return typeof value === 'string' ? value : value?.join(', ')
  }

  param(name: string): unknown {
    const { params } = this.native
    return Object.hasOwn(params, name) ? params[name] : undefined
  }
}
