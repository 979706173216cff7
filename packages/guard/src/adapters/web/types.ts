import type { Auth } from '../../policy/types.ts'

export type Params = Readonly<Record<string, string | undefined>>

export type GuardedHandler<User> = (
  request: Request,
  context: {
    readonly user: User
    readonly auth: User extends undefined ? Auth | undefined : Auth
    readonly params: Params
  },
) => Response | Promise<Response>

/** A handler of web-standard requests; a router hands the parameters on. */
export type Handler = (request: Request, params?: Params) => Promise<Response>

/** Puts a guard in front of a handler. */
export type Wrap<User> = (handler: GuardedHandler<User>) => Handler
