import { z } from '@hono/zod-openapi'
import type { KeyDescription } from '../keys/index.ts'

const time = z.iso.datetime().nullable()
const useField = z.enum(['token', 'feed', 'audit'])

/** A key without any part of it: `/.well-known/jwks.json` has the public ones. */
export const keyBody = z
  .object({
    kid: z.string().openapi({ example: 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs' }),
    use: useField.openapi({ description: 'What it signs: tokens, or the revocation feed.' }),
    alg: z.enum(['ES256', 'EdDSA', 'RS256']),
    state: z.enum(['upcoming', 'signing', 'published', 'retired', 'revoked']).openapi({
      description: '`published` keys sign no more, but tokens that they signed are still good.',
    }),
    created_at: z.iso.datetime(),
    signs_from: z.iso.datetime(),
    signs_until: time,
    published_until: time,
    revoked_at: time,
  })
  .openapi('Key')

export const rotationBody = z
  .strictObject({
    use: useField.optional().openapi({ description: '`token` by default.' }),
    emergency: z.boolean().optional().openapi({
      description: 'Drops the present keys at once, with every token that they signed: one may have leaked.',
    }),
  })
  .openapi('KeyRotation')

/** A key as JSON. */
export function showKey(key: KeyDescription): z.infer<typeof keyBody> {
  return {
    kid: key.kid,
    use: key.use,
    alg: key.alg,
    state: key.state,
    created_at: iso(key.createdAt),
    signs_from: iso(key.signsFrom),
    signs_until: isoOrNull(key.signsUntil),
    published_until: isoOrNull(key.publishedUntil),
    revoked_at: isoOrNull(key.revokedAt),
  }
}

const iso = (time: number): string => new Date(time).toISOString()
const isoOrNull = (time: number | null): string | null => (time === null ? null : iso(time))
