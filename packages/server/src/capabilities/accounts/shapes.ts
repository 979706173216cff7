import { type Auth, check, own, type Rule } from '@gatehouse/guard/hono'
import { z } from '@hono/zod-openapi'
import type { Config } from '../../config.ts'
import { isStorable } from '../../platform/storable-text.ts'
import { emailField, usernameField } from '../identifiers/index.ts'
import { passwordField } from '../passwords/index.ts'
import type { User } from './read.ts'

/** The path parameter of every route about one user. */
export const userPath = z.object({
  userId: z.string().openapi({ description: 'A user’s id, or `me`.', example: 'me' }),
})

/** Allows users their own account, by id or as `me`. */
export const ownPath: readonly [Rule, Rule] = [
  own('userId'),
  check('me', (_, c) => c.req.param('userId') === 'me'),
]

/** The user id in a path: `me` is the caller; an id that no database can store (NUL) matches nobody. */
export function targetOf(userId: string, auth: Pick<Auth, 'user'>): string {
  if (userId === 'me') return auth.user.id
  return isStorable(userId) ? userId : ''
}

export const userSummary = z
  .object({
    id: z.string().openapi({ example: '019a8f4e-6b1c-7d7e-9d0b-0c6a2f3e4d5c' }),
    username: z.string(),
  })
  .openapi('UserSummary')

export const userBody = z
  .object({
    id: z.string(),
    username: z.string(),
    email: z.string().nullable(),
    email_verified: z.boolean(),
    pending_email: z.string().nullable().openapi({
      description: 'Takes the place of `email` once it is verified.',
    }),
    roles: z.array(z.string()),
    disabled: z.boolean(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .openapi('User')

export const changesBody = (config: Config) =>
  z
    .strictObject({
      username: usernameField.optional(),
      email: emailField.nullable().optional().openapi({
        description:
          'null removes it. A new one gets a link and a code; until they come back it is unverified, or, where the old one is verified, pending.',
      }),
      password: passwordField(config).optional(),
      current_password: z
        .string()
        .optional()
        .openapi({ description: 'Required to change one’s own password, where there is one.' }),
      disabled: z.boolean().optional().openapi({ description: 'Always needs `users:write`.' }),
    })
    .openapi('UserChanges')

/** The challenge that a code sent to an address belongs to. */
export const emailChallengeField = z.string().optional().openapi({
  description: 'For `POST /auth/verify-email`, with the code that was sent to the address.',
})

/** The answer to a change of a user. */
export const changedUserBody = userBody
  .extend({ email_challenge: emailChallengeField })
  .openapi('ChangedUser')

/** A complete user as JSON. */
export function showWhole(user: User): z.infer<typeof userBody> {
  return {
    id: user.id,
    username: user.username,
    email: user.email,
    email_verified: user.emailVerified,
    pending_email: user.pendingEmail,
    roles: [...user.roles],
    disabled: user.disabled,
    created_at: new Date(user.createdAt).toISOString(),
    updated_at: new Date(user.updatedAt).toISOString(),
  }
}
