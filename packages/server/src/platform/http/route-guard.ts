import type { Auth, Caller, Rule } from '@gatehouse/guard'
import type { MiddlewareHandler } from 'hono'

/** What the server's routes need of its guard: who may pass, or why anybody may. */
export interface RouteGuard {
  (...rules: Rule[]): MiddlewareHandler<{ Variables: { user: Caller; auth: Auth } }>
  open(reason: string): MiddlewareHandler
}
