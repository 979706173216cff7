import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Auth, Caller } from '../../policy/types.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The signed-in user, behind a guard. */
    user: Caller
    /** Everything known about the caller, behind a guard. */
    auth: Auth
  }
}

/** An `onRequest` hook of Fastify. */
export type Hook = (request: FastifyRequest, reply: FastifyReply, done: () => void) => void
