import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Auth, Caller } from '../../policy/types.ts'

/** A request behind a guard. */
export interface GuardedRequest extends IncomingMessage {
  user: Caller
  auth: Auth
}

export type GuardedHandler = (
  request: GuardedRequest,
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
export type Wrap = (handler: GuardedHandler) => Listener
