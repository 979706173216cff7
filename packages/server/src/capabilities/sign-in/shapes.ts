import { z } from '@hono/zod-openapi'
import { emailField, passwordField, userBody, usernameField } from '../accounts/index.ts'
import { audienceFields, tokenFields } from '../sessions-api/index.ts'

const transportField = z
  .enum(['body', 'cookie'])
  .optional()
  .openapi({ description: 'Where the refresh token travels; a cookie is for pages on the same site.' })

export const signUpBody = z
  .strictObject({
    username: usernameField,
    password: passwordField,
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
      description: 'From the last sign-in on this device, so that failures of others do not slow this one.',
    }),
    ...audienceFields,
    transport: transportField,
  })
  .openapi('SignIn')

export const signedInBody = z
  .object({
    user: userBody,
    ...tokenFields,
    device_token: z.string().optional().openapi({
      description:
        'Keep it on this device and send it with the next sign-in. Absent where it travels in a cookie.',
    }),
  })
  .openapi('SignedIn')
