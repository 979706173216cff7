import { z } from '@hono/zod-openapi'
import type { Session } from '../sessions/index.ts'

export const sessionBody = z
  .object({
    id: z.string(),
    current: z.boolean().openapi({ description: 'The one that this request was made in.' }),
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

/** A session, as JSON says it. */
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
