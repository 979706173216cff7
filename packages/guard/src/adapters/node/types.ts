import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Auth, Caller } from '../../policy/types.ts'

/** A request behind a guard; behind `guard.optional` there may be no caller. */
export interface GuardedRequest<User extends Caller | undefined = Caller> extends IncomingMessage {
  user: User
  auth: User extends undefined ? Auth | undefined : Auth
}

export type GuardedHandler<Guarded extends IncomingMessage = GuardedRequest> = (
  request: Guarded,
  response: ServerResponse,
  params: Readonly<Record<string, string>>,
) => unknown

/** What a server of Node calls; a router hands the parameters on. */
export type Listener = (
  request: IncomingMessage,
  response: ServerResponse,
  params?: Readonly<Record<string, string>>,
) => void

/** Puts a guard in front of a handler. */
export type Wrap<Guarded extends IncomingMessage = GuardedRequest> = (
  handler: GuardedHandler<Guarded>,
) => Listener
