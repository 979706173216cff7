import { z } from '@hono/zod-openapi'
import type { Config } from '../../config.ts'
import { proofBody, sampleToken } from '../challenges/index.ts'
import { emailField } from '../identifiers/index.ts'
import { passwordField } from '../passwords/index.ts'
import { audienceFields } from '../sessions-api/index.ts'

export const addressBody = z.strictObject({ email: emailField }).openapi('EmailAddress')

export const requestedBody = z
  .object({
    challenge: z.string().openapi({
      description: 'For the code in the message, which is sent only if an account has the address.',
      example: sampleToken,
    }),
  })
  .openapi('MessageRequested')

export const resetPasswordBody = (config: Config) =>
  proofBody({ password: passwordField(config) }).openapi('ResetPassword')

export const completeBody = proofBody({
  device_token: z.string().optional().openapi({ description: 'From the last sign-in on this device.' }),
  ...audienceFields,
  transport: z.enum(['body', 'cookie']).optional(),
}).openapi('CompleteEmailSignIn')
