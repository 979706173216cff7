import type { Guard } from '@gatehouse/guard/hono'
import { createRoute, type OpenAPIHono, type z } from '@hono/zod-openapi'
import type { Context as HonoContext } from 'hono'
import type { Context } from '../../platform/context.ts'
import { calledBy } from '../../platform/http/caller.ts'
import { noStore } from '../../platform/http/security-headers.ts'
import { json, jsonRequest, problem } from '../../platform/http/shapes.ts'
import type { HttpEnv } from '../../platform/http/variables.ts'
import { showWhole } from '../accounts/index.ts'
import { requireOrigin, setRefreshCookie, withoutRefreshToken } from '../tokens/index.ts'
import { clientOf } from './client.ts'
import { type SignedIn, signIn, signUp } from './service.ts'
import { signedInBody, signInBody, signUpBody } from './shapes.ts'

const signedIn = (description: string) => json(signedInBody, description)

/** `/auth/sign-up` and `/auth/sign-in`. */
export function signInRoutes(app: OpenAPIHono<HttpEnv>, ctx: Context, guard: Guard): void {
  app.openapi(
    createRoute({
      method: 'post',
      path: '/auth/sign-up',
      tags: ['Sign-in'],
      summary: 'Make an account and sign in',
      middleware: [guard.open('anybody may sign up'), noStore] as const,
      request: { body: jsonRequest(signUpBody) },
      responses: {
        201: signedIn('The new user, signed in.'),
        400: problem('An unknown audience.'),
        409: problem('The username is taken.'),
        422: problem('One entry for each bad field.'),
        429: problem('Too many accounts from this address.'),
      },
    }),
    async (c) => {
      const input = c.req.valid('json')
      if (input.transport === 'cookie') requireOrigin(ctx.config, c.req.header('Origin'))
      const result = await signUp(calledBy(c, ctx), input, clientOf(c))
      return c.json(show(c, ctx, result, input.transport), 201)
    },
  )

  app.openapi(
    createRoute({
      method: 'post',
      path: '/auth/sign-in',
      tags: ['Sign-in'],
      summary: 'Sign in',
      middleware: [guard.open('anybody may try to sign in'), noStore] as const,
      request: { body: jsonRequest(signInBody) },
      responses: {
        200: signedIn('The user, signed in.'),
        400: problem('An unknown audience.'),
        401: problem('Wrong username or password.'),
        403: problem('The account is disabled.'),
        429: problem('Too many attempts; Retry-After says when to go on.'),
        503: problem('Too many are signing in at once; Retry-After says when to go on.'),
      },
    }),
    async (c) => {
      const input = c.req.valid('json')
      if (input.transport === 'cookie') requireOrigin(ctx.config, c.req.header('Origin'))
      const result = await signIn(calledBy(c, ctx), input, clientOf(c))
      return c.json(show(c, ctx, result, input.transport), 200)
    },
  )
}

function show(
  c: HonoContext,
  ctx: Context,
  { user, answer }: SignedIn,
  transport: 'body' | 'cookie' | undefined,
): z.infer<typeof signedInBody> {
  if (transport !== 'cookie') return { user: showWhole(user), ...answer }
  setRefreshCookie(c, ctx.config, answer.refresh_token)
  return { user: showWhole(user), ...withoutRefreshToken(answer) }
}
