import type { Guard } from '@gatehouse/guard/hono'
import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import type { MiddlewareHandler } from 'hono'
import { settingsOf } from '../../config/setting.ts'
import type { Context } from '../../context.ts'
import { calledBy } from '../../platform/http/caller.ts'
import { jsonRequest, problem } from '../../platform/http/shapes.ts'
import type { HttpEnv } from '../../platform/http/variables.ts'
import { requireOrigin } from '../sessions-api/index.ts'
import { answerSignedIn } from './answer.ts'
import { clientOf, deviceCookie } from './client.ts'
import { SignUpClosed } from './errors.ts'
import { signIn, signUp } from './service.ts'
import { type SignUpPolicy, signInSettings } from './settings.ts'
import { signedIn, signInBody, signUpBody, stepProblem } from './shapes.ts'

/**
 * Refuses sign-up unless GATEHOUSE_SIGN_UP is `open`. Middleware runs before the body is read, so the answer is the same for
 * every body and costs nothing, whether or not the name is taken.
 *
 * @throws SignUpClosed (`sign_up_closed`, 403)
 */
function signUpPolicy(signUp: SignUpPolicy): MiddlewareHandler<HttpEnv> {
  return async (_, next) => {
    if (signUp !== 'open') throw new SignUpClosed()
    await next()
  }
}

const credentials = { username: 'ana', password: 'staple-horse-battery-9' }

const signUpDescription = {
  open: 'Creates an account and signs its user in.',
  invited:
    'Closed to all without an invitation: see `POST /auth/accept-invitation`. Every request is answered with 403 (`sign_up_closed`).',
  closed: 'Closed: administrators create accounts. Every request is answered with 403 (`sign_up_closed`).',
} as const satisfies Record<SignUpPolicy, string>

/** `/auth/sign-up` and `/auth/sign-in`. */
export function signInRoutes(app: OpenAPIHono<HttpEnv>, ctx: Context, guard: Guard): void {
  const { signUp: policy } = settingsOf(ctx.config, signInSettings)
  app.openapi(
    createRoute({
      method: 'post',
      path: '/auth/sign-up',
      tags: ['Sign-in'],
      summary: 'Sign up',
      description: signUpDescription[policy],
      middleware: [guard.open('anyone may sign up'), signUpPolicy(policy)] as const,
      request: { body: jsonRequest(signUpBody(ctx.config), credentials) },
      responses: {
        201: signedIn('The new user, signed in.'),
        400: problem('Unknown audience.'),
        401: stepProblem('The account was created, and the sign-in lacks a step.'),
        403: problem('Sign-up is closed, or a cookie was requested from an origin that is not allowed.'),
        409: problem('The username is taken.'),
        422: problem('One entry for each invalid field.'),
        429: problem('Too many new accounts from this address; Retry-After says when to try again.'),
      },
    }),
    async (c) => {
      const input = c.req.valid('json')
      if (input.transport === 'cookie') requireOrigin(ctx.config, c.req.header('Origin'))
      const result = await signUp(calledBy(c, ctx), input, clientOf(c))
      return c.json(answerSignedIn(c, ctx, result, input.transport), 201)
    },
  )

  app.openapi(
    createRoute({
      method: 'post',
      path: '/auth/sign-in',
      tags: ['Sign-in'],
      summary: 'Sign in',
      middleware: [guard.open('anyone may try to sign in')] as const,
      request: { body: jsonRequest(signInBody, credentials) },
      responses: {
        200: signedIn('The user, signed in.'),
        400: problem('Unknown audience.'),
        401: stepProblem('Wrong username or password; or the sign-in lacks a step, with its `challenge`.'),
        403: problem('The account is disabled.'),
        429: problem('Too many attempts are waiting; Retry-After says when to try again.'),
        503: problem('Too many passwords are being checked; Retry-After says when to try again.'),
      },
    }),
    async (c) => {
      const input = c.req.valid('json')
      if (input.transport === 'cookie') requireOrigin(ctx.config, c.req.header('Origin'))
      const deviceTokens = input.transport === 'cookie' ? deviceCookie(c) : [input.device_token ?? '']
      const result = await signIn(calledBy(c, ctx), input, { ...clientOf(c), deviceTokens })
      return c.json(answerSignedIn(c, ctx, result, input.transport), 200)
    },
  )
}
