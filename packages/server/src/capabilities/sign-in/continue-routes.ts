import type { Guard } from '@gatehouse/guard/hono'
import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from '../../context.ts'
import { calledBy } from '../../platform/http/caller.ts'
import { jsonRequest, problem } from '../../platform/http/shapes.ts'
import type { HttpEnv } from '../../platform/http/variables.ts'
import type { Transport } from '../sessions/index.ts'
import { requireOrigin } from '../sessions-api/index.ts'
import { answerSignedIn } from './answer.ts'
import { clientOf } from './client.ts'
import { continueSignIn } from './continue.ts'
import { continueBody, sampleChallenge, signedIn, stepProblem } from './shapes.ts'

/** `/auth/continue-sign-in`. */
export function continueRoutes(app: OpenAPIHono<HttpEnv>, ctx: Context, guard: Guard): void {
  app.openapi(
    createRoute({
      method: 'post',
      path: '/auth/continue-sign-in',
      tags: ['Sign-in'],
      summary: 'Finish a sign-in once the e-mail address is verified',
      description: 'Finishes a sign-in that was answered with `email_unverified`.',
      middleware: [guard.open('the challenge of a sign-in is the proof')] as const,
      request: { body: jsonRequest(continueBody, { challenge: sampleChallenge }) },
      responses: {
        200: signedIn('The user, signed in.'),
        400: problem('The challenge is invalid, used or older than ten minutes.'),
        401: stepProblem('The address is not verified yet, or the sign-in lacks another step.'),
        403: problem(
          'The account is disabled, or a cookie was requested from an origin that is not allowed.',
        ),
        422: problem('A field is missing or unknown.'),
      },
    }),
    async (c) => {
      let transport: Transport = 'body'
      const permit = (asked: Transport): void => {
        transport = asked
        if (asked === 'cookie') requireOrigin(ctx.config, c.req.header('Origin'))
      }
      const { challenge } = c.req.valid('json')
      const result = await continueSignIn(calledBy(c, ctx), { challenge, client: clientOf(c), permit })
      return c.json(answerSignedIn(c, ctx, result, transport), 200)
    },
  )
}
