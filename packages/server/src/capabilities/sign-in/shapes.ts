import { z } from '@hono/zod-openapi'
import { emailField, passwordField, userBody, usernameField } from '../accounts/index.ts'
import { audienceFields, tokenFields } from '../tokens/index.ts'

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
    ...audienceFields,
    transport: transportField,
  })
  .openapi('SignIn')

export const signedInBody = z.object({ user: userBody, ...tokenFields }).openapi('SignedIn')
