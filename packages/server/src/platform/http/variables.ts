import type { SecurityEvent } from '../context.ts'

/** What the platform puts on a request's Hono context. */
export interface HttpVariables {
  requestId: string
  /** The address of whoever calls, through as many proxies as are trusted; `unknown` when nothing tells. */
  clientAddress: string
  /** What the request's line in the log says besides the answer. */
  securityEvent?: SecurityEvent
  /** Whether the request came without a body. */
  emptyBody: boolean
}

export interface HttpEnv {
  Variables: HttpVariables
}
