import { z } from '@hono/zod-openapi'
import type { Session } from '../sessions/index.ts'
import type { TokenAnswer } from './service.ts'

const audienceField = z.union([z.string().max(200), z.array(z.string().max(200)).min(1).max(20)]).optional()

/** The fields by which a caller chooses whom tokens are for. */
export const audienceFields = {
  audience: audienceField.openapi({
    description:
      'Whom the token is for; by default every API, and self-service here. The issuer alone: administration.',
    example: 'api',
  }),
  resource: audienceField.openapi({ description: 'The same, by its RFC 8707 name.' }),
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

export const sessionBody = z
  .object({
    id: z.string(),
    current: z.boolean().openapi({ description: 'Whether this request was made in it.' }),
    device: z.object({
      browser: z.string().nullable().openapi({ example: 'Firefox 140' }),
      os: z.string().nullable().openapi({ example: 'Windows 11' }),
      type: z.string().nullable().openapi({ example: 'desktop' }),
      model: z.string().nullable(),
    }),
    address: z.string().nullable().openapi({ example: '192.0.2.7' }),
    method: z.string().openapi({ example: 'password' }),
    audience: z.array(z.string()),
    created_at: z.iso.datetime(),
    last_seen_at: z.iso.datetime().openapi({ description: 'To the minute.' }),
    expires_at: z.iso.datetime(),
  })
  .openapi('Session')

/** A session as JSON. */
export function showSession(session: Session, current: string | undefined): z.infer<typeof sessionBody> {
  return {
    id: session.id,
    current: session.id === current,
    device: session.device,
    address: session.address,
    method: session.method,
    audience: [...session.audience],
    created_at: new Date(session.createdAt).toISOString(),
    last_seen_at: new Date(session.lastSeenAt).toISOString(),
    expires_at: new Date(session.expiresAt).toISOString(),
  }
}
