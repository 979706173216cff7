import { z } from '@hono/zod-openapi'
import type { Config } from '../../config.ts'
import { json, problemBody } from '../../platform/http/shapes.ts'
import { emailChallengeField, userBody } from '../accounts/index.ts'
import { emailField, usernameField } from '../identifiers/index.ts'
import { passwordField } from '../passwords/index.ts'
import { audienceFields, tokenFields } from '../sessions-api/index.ts'

export const transportField = z.enum(['body', 'cookie']).optional().openapi({
  description: 'How the refresh token is returned: in the body, or in a cookie for pages on the same site.',
})

export const signUpBody = (config: Config) =>
  z
    .strictObject({
      username: usernameField,
      password: passwordField(config),
      email: emailField.optional(),
      ...audienceFields,
      transport: transportField,
    })
    .openapi('SignUp')

export const signInBody = z
  .strictObject({
    username: z
      .string()
      .openapi({ description: 'A username, or a verified e-mail address.', example: 'ana' }),
    password: z.string().openapi({ format: 'password', example: 'staple-horse-battery-9' }),
    device_token: z.string().optional().openapi({
      description:
        'From the last sign-in on this device, so that failed attempts by others do not slow this one.',
    }),
    ...audienceFields,
    transport: transportField,
  })
  .openapi('SignIn')

export const exchangeBody = z
  .strictObject({
    token: z
      .string()
      .openapi({ description: 'A token of the application before.', example: 'eyJhbGciOiJIUzI1NiJ9.e30.x' }),
    ...audienceFields,
    transport: transportField,
  })
  .openapi('LegacyExchange')

export const signedInBody = z
  .object({
    user: userBody,
    ...tokenFields,
    device_token: z.string().optional().openapi({
      description:
        'Store it on this device and send it with the next sign-in. Absent with `transport: cookie`.',
    }),
    email_challenge: emailChallengeField,
  })
  .openapi('SignedIn')

/** The answer to a sign-in that is complete. */
export const signedIn = (description: string) => json(signedInBody, description)

/** A challenge as `/docs` shows it: well-formed, and good for nothing. */
export const sampleChallenge = 'c2FtcGxlLWNoYWxsZW5nZS1nb29kLWZvci1uby11c2U'

export const changePasswordBody = (config: Config) =>
  z
    .strictObject({
      challenge: z.string().openapi({
        description: 'From the response that asked for this step; good for ten minutes.',
        example: sampleChallenge,
      }),
      password: passwordField(config),
    })
    .openapi('ChangePassword')

export const continueBody = z
  .strictObject({
    challenge: z.string().openapi({
      description: 'From the response that asked for this step; good for ten minutes.',
      example: sampleChallenge,
    }),
  })
  .openapi('ContinueSignIn')

const signInProblem = problemBody
  .extend({
    challenge: z.string().optional().openapi({
      description: 'Continues the sign-in where it lacks a step; `code` names the step.',
    }),
    email_challenge: emailChallengeField,
    factors: z
      .array(z.string())
      .optional()
      .openapi({
        description: 'What the user can confirm with, where `code` is `factor_required`.',
        example: ['totp', 'recovery_code'],
      }),
  })
  .openapi('SignInProblem')

/** The answer to a sign-in that failed or lacks a step. */
export const stepProblem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: signInProblem } },
})
