import type { Guard } from '@gatehouse/guard/hono'
import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from '../../context.ts'
import { calledBy } from '../../platform/http/caller.ts'
import { json, jsonRequest, problem } from '../../platform/http/shapes.ts'
import type { HttpEnv } from '../../platform/http/variables.ts'
import { proofOf, sampleToken } from '../challenges/index.ts'
import { requireOrigin } from '../sessions-api/index.ts'
import { answerSignedIn, clientOf, deviceCookie, signedIn, stepProblem } from '../sign-in/index.ts'
import { type MailPurpose, requestMail } from './request.ts'
import { resetPassword } from './reset.ts'
import { addressBody, completeBody, requestedBody, resetPasswordBody } from './shapes.ts'
import { signInByEmail } from './sign-in.ts'

const email = { email: 'ana@example.com' }
const proof = { token: sampleToken }
const requested = {
  202: json(requestedBody, 'The same for every address: a message is on its way if an account has it.'),
  422: problem('Not an e-mail address.'),
  429: problem(
    'Too many messages to this address, or from this network; Retry-After says when to try again.',
  ),
  501: problem('The server sends no mail.'),
}
const invalid = problem('The link or code is wrong, used or too old.')
const taken = problem('Another account has verified this address.')
const wrongCodes = problem('Too many wrong codes; Retry-After says when to try again.')

/** `/auth/forgot-password`, `/auth/reset-password`, `/auth/email-sign-in` and `/auth/email-sign-in/complete`. */
export function emailAccessRoutes(app: OpenAPIHono<HttpEnv>, ctx: Context, guard: Guard): void {
  resetRoutes(app, ctx, guard)
  signInRoutes(app, ctx, guard)
}

function resetRoutes(app: OpenAPIHono<HttpEnv>, ctx: Context, guard: Guard): void {
  askingRoute(app, ctx, guard, {
    path: '/auth/forgot-password',
    tag: 'E-mail',
    summary: 'Ask for a link to reset a password',
    purpose: 'reset-password',
  })

  app.openapi(
    createRoute({
      method: 'post',
      path: '/auth/reset-password',
      tags: ['E-mail'],
      summary: 'Reset a password',
      description:
        'Uses up the link or the code, and ends every session. If the address was never verified before, it is now, and whatever was set up before is removed.',
      middleware: [guard.open('the link or code from a message is the proof')] as const,
      request: {
        body: jsonRequest(resetPasswordBody(ctx.config), { ...proof, password: 'velvet-harbor-lantern-3' }),
      },
      responses: {
        204: { description: 'The password is set.' },
        400: invalid,
        409: taken,
        422: problem('The password is too weak, or a field is missing or unknown.'),
        429: wrongCodes,
        503: problem('Too many passwords are being checked; Retry-After says when to try again.'),
      },
    }),
    async (c) => {
      const { password, ...rest } = c.req.valid('json')
      await resetPassword(calledBy(c, ctx), proofOf(rest), password, clientOf(c).address)
      return c.body(null, 204)
    },
  )
}

function signInRoutes(app: OpenAPIHono<HttpEnv>, ctx: Context, guard: Guard): void {
  askingRoute(app, ctx, guard, {
    path: '/auth/email-sign-in',
    tag: 'Sign-in',
    summary: 'Ask for a link to sign in',
    purpose: 'sign-in-by-email',
  })

  app.openapi(
    createRoute({
      method: 'post',
      path: '/auth/email-sign-in/complete',
      tags: ['Sign-in'],
      summary: 'Sign in by e-mail',
      description: 'Uses up the link or the code. The response is that of `POST /auth/sign-in`.',
      middleware: [guard.open('the link or code from a message is the proof')] as const,
      request: { body: jsonRequest(completeBody, proof) },
      responses: {
        200: signedIn('The user, signed in.'),
        400: problem('The link or code is wrong, used or too old; or an unknown audience.'),
        401: stepProblem('The sign-in lacks a step, with its `challenge`.'),
        403: problem(
          'The account is disabled, or a cookie was requested from an origin that is not allowed.',
        ),
        409: taken,
        429: wrongCodes,
      },
    }),
    async (c) => {
      const { token, challenge, code, device_token, ...request } = c.req.valid('json')
      const { transport } = request
      if (transport === 'cookie') requireOrigin(ctx.config, c.req.header('Origin'))
      const deviceTokens = transport === 'cookie' ? deviceCookie(c) : [device_token ?? '']
      const client = { ...clientOf(c), deviceTokens }
      const given = proofOf({ token, challenge, code })
      const result = await signInByEmail(calledBy(c, ctx), given, { ...request, transport }, client)
      return c.json(answerSignedIn(c, ctx, result, transport), 200)
    },
  )
}

interface AskingRoute {
  readonly path: string
  readonly tag: string
  readonly summary: string
  readonly purpose: MailPurpose
}

/** A route that sends a message to an address; its answer is the same for every address. */
function askingRoute(
  app: OpenAPIHono<HttpEnv>,
  ctx: Context,
  guard: Guard,
  { path, tag, summary, purpose }: AskingRoute,
): void {
  app.openapi(
    createRoute({
      method: 'post',
      path,
      tags: [tag],
      summary,
      description: 'Sends a link and a code, good for 15 minutes, if an account has the address.',
      middleware: [guard.open('anyone may ask; only the address’s owner reads the message')] as const,
      request: { body: jsonRequest(addressBody, email) },
      responses: requested,
    }),
    async (c) => {
      const { email } = c.req.valid('json')
      const challenge = await requestMail(calledBy(c, ctx), purpose, email, clientOf(c).address)
      return c.json({ challenge }, 202)
    },
  )
}
