import { z } from '@hono/zod-openapi'
import type { TokenAnswer } from './service.ts'

const audienceField = z.union([z.string().max(200), z.array(z.string().max(200)).min(1).max(20)]).optional()

/** The fields by which a caller chooses whom tokens are for. */
export const audienceFields = {
  audience: audienceField.openapi({
    description:
      'Whom the token is for; without it, every API and self-service here. The issuer alone: administration.',
    example: 'api',
  }),
  resource: audienceField.openapi({ description: 'The same, by the name that RFC 8707 has for it.' }),
}

export const tokenFields = {
  token: z.string().openapi({ description: 'The access token.' }),
  token_type: z.literal('Bearer'),
  expires_in: z.int().openapi({ description: 'Seconds that the access token is good for.', example: 600 }),
  refresh_token: z.string().optional().openapi({
    description: 'Single use. Absent where it travels in a cookie.',
  }),
}

export const tokenBody = z.object(tokenFields).openapi('Tokens')

export const refreshBody = z
  .strictObject({
    refresh_token: z
      .string()
      .max(200)
      .optional()
      .openapi({ description: 'Absent where it travels in a cookie.' }),
    ...audienceFields,
  })
  .openapi('Refresh')

/** The answer without the refresh token, which went into a cookie. */
export function withoutRefreshToken({
  token,
  token_type,
  expires_in,
}: TokenAnswer): z.infer<typeof tokenBody> {
  return { token, token_type, expires_in }
}
