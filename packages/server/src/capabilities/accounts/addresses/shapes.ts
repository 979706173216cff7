import { z } from '@hono/zod-openapi'
import { proofBody, tokenField } from '../../challenges/index.ts'

export const verifyEmailBody = proofBody({}).openapi('VerifyEmail')

export const undoEmailBody = z.strictObject({ token: tokenField }).openapi('UndoEmailChange')

export const sentBody = z
  .object({
    challenge: z
      .string()
      .openapi({ description: 'For `POST /auth/verify-email`, with the code in the message.' }),
  })
  .openapi('VerificationSent')
