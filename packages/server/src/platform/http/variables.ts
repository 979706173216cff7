import type { SecurityEvent } from '../context.ts'

/** The platform's variables on a request's Hono context. */
export interface HttpVariables {
  requestId: string
  /** The caller's address, as reported by the trusted proxies; `unknown` where there is none. */
  clientAddress: string
  /** The security event to add to the request's log line. */
  securityEvent?: SecurityEvent
  /** Whether the body is empty; set once it has been read. */
  emptyBody: boolean
}

export interface HttpEnv {
  Variables: HttpVariables
}
