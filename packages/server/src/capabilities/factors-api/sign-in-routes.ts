import type { Guard } from '@gatehouse/guard/hono'
import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from '../../context.ts'
import { calledBy } from '../../platform/http/caller.ts'
import { json, jsonRequest, problem } from '../../platform/http/shapes.ts'
import type { HttpEnv } from '../../platform/http/variables.ts'
import { actorFor, Forbidden } from '../roles/index.ts'
import type { Transport } from '../sessions/index.ts'
import { requireOrigin } from '../sessions-api/index.ts'
import { answerSignedIn, clientOf, sampleChallenge, signedIn, stepProblem } from '../sign-in/index.ts'
import { proveFactor } from './second-step.ts'
import { factorProofBody, proofOf, steppedUpBody, stepUpBody } from './shapes.ts'
import { stepUp } from './step-up.ts'

/** `/auth/factor` and `/auth/step-up`. */
export function secondStepRoutes(app: OpenAPIHono<HttpEnv>, ctx: Context, guard: Guard): void {
  app.openapi(
    createRoute({
      method: 'post',
      path: '/auth/factor',
      tags: ['Sign-in'],
      summary: 'Confirm a sign-in with a second factor',
      description: 'Finishes a sign-in that was answered with `factor_required`.',
      middleware: [guard.open('the challenge of a sign-in is the proof')] as const,
      request: { body: jsonRequest(factorProofBody, { challenge: sampleChallenge, totp: '123456' }) },
      responses: {
        200: signedIn('The user, signed in.'),
        400: problem(
          'The challenge is invalid, used, older than ten minutes, or out of tries: sign in again.',
        ),
        401: stepProblem('The code is wrong or was used before; or the sign-in lacks another step.'),
        403: problem(
          'The account is disabled, or a cookie was requested from an origin that is not allowed.',
        ),
        422: problem('Not exactly one proof.'),
        429: problem('Too many wrong codes for this account; Retry-After says when to try again.'),
      },
    }),
    async (c) => {
      const { challenge, ...given } = c.req.valid('json')
      const proof = proofOf(given, challenge)
      if (proof === undefined) throw new Error('the schema demands a proof')
      let transport: Transport = 'body'
      const permit = (asked: Transport): void => {
        transport = asked
        if (asked === 'cookie') requireOrigin(ctx.config, c.req.header('Origin'))
      }
      const result = await proveFactor(calledBy(c, ctx), proof, { challenge, client: clientOf(c), permit })
      return c.json(answerSignedIn(c, ctx, result, transport), 200)
    },
  )

  app.openapi(
    createRoute({
      method: 'post',
      path: '/auth/step-up',
      tags: ['Sign-in'],
      summary: 'Prove again who you are',
      description:
        'Follows an API’s refusal with `insufficient_user_authentication` (RFC 9470): send its `acr_values` and `max_age` on, with the password of an account without factors, or else with one of its factors. Returns a token that the API accepts.',
      security: [{ bearer: [] }],
      middleware: [guard()] as const,
      request: { body: jsonRequest(stepUpBody, { acr_values: 'pwd', password: 'staple-horse-battery-9' }) },
      responses: {
        200: json(steppedUpBody, 'An access token for the audiences of the one before.'),
        401: problem('Not signed in; or something is to be proven: `factors` lists what can be.'),
        403: problem('The account has no factor that proves what is asked for.'),
        422: problem('The password or the code is wrong.'),
        429: problem('Too many wrong passwords or codes; Retry-After says when to try again.'),
        503: problem('Too many passwords are being checked; Retry-After says when to try again.'),
      },
    }),
    async (c) => {
      const { acr_values: acrValues = '', max_age: maxAge, password, ...given } = c.req.valid('json')
      const actor = await actorFor(ctx, c.var.auth)
      if (actor.kind !== 'user') throw new Forbidden()
      const request = {
        acrValues: acrValues.split(' ').filter((value) => value !== ''),
        maxAge,
        password,
        proof: proofOf(given),
      }
      const audience = audienceOf(c.var.auth.claims.aud)
      const token = await stepUp(calledBy(c, ctx), actor, audience, request)
      return c.json({ token, token_type: 'Bearer', expires_in: ctx.config.accessTokenLifetime } as const, 200)
    },
  )
}

/** The audiences that a token names; undefined in the shared-secret profile, where it names none. */
function audienceOf(aud: string | readonly string[] | undefined): readonly string[] | undefined {
  return typeof aud === 'string' ? [aud] : aud
}
