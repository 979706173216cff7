import type { Middleware as KoaMiddleware } from 'koa'
import type { Auth, Caller } from '../../policy/types.ts'

/** What handlers behind a guard find in `ctx.state`. */
export interface GuardedState {
  user: Caller
  auth: Auth
}

/** Middleware of Koa. */
export type Middleware = KoaMiddleware<GuardedState>
