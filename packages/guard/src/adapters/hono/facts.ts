import type { Context } from 'hono'
import type { RequestFacts } from '../../policy/types.ts'

const none: readonly string[] = []

/** A request of Hono, as rules look at it. */
export class HonoFacts implements RequestFacts<Context> {
  readonly native: Context

  constructor(context: Context) {
    this.native = context
  }

  get method(): string {
    return this.native.req.method
  }

  // a web Headers joins repeated fields with a comma, which no token has
  get authorization(): readonly string[] {
    const field = this.native.req.header('authorization')
    return field === undefined ? none : [field]
  }

  header(name: string): string | undefined {
    return this.native.req.header(name)
  }

  param(name: string): unknown {
    return this.native.req.param(name)
  }
}
