import { z } from '@hono/zod-openapi'
import { emailMaxLength, readEmail } from './emails.ts'
import { passwordLength, readPassword } from './passwords.ts'
import type { Reading } from './reading.ts'
import type { User } from './user.ts'
import { readUsername, usernameLength } from './usernames.ts'

/** Makes a reader of fields part of a schema, so that every bad field of a body is told of at once. */
function readable(read: (text: string) => Reading<unknown>) {
  return z.string().superRefine((text, check) => {
    const reading = read(text)
    if (!reading.ok)
      check.addIssue({ code: 'custom', message: reading.detail, params: { code: reading.code } })
  })
}

export const usernameField = readable(readUsername).openapi({
  minLength: usernameLength.min,
  maxLength: usernameLength.max,
  description: 'Letters of one script, digits, ".", "_" and "-". Unique, whatever its case.',
  example: 'ana',
})

export const passwordField = readable(readPassword).openapi({
  format: 'password',
  minLength: passwordLength.min,
  maxLength: passwordLength.max,
  description: 'Any Unicode, but not easily guessed.',
  example: 'staple-horse-battery-9',
})

export const emailField = readable(readEmail).openapi({
  format: 'email',
  maxLength: emailMaxLength,
  example: 'ana@example.com',
})

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
    roles: z.array(z.string()),
    disabled: z.boolean(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .openapi('User')

export const changesBody = z
  .strictObject({
    username: usernameField.optional(),
    email: emailField
      .nullable()
      .optional()
      .openapi({ description: 'null removes it. A new one is unverified.' }),
    password: passwordField.optional(),
    current_password: z.string().optional().openapi({ description: 'Needed for one’s own new password.' }),
    disabled: z.boolean().optional().openapi({ description: 'Always needs users:write.' }),
  })
  .openapi('UserChanges')

/** A whole user, as JSON says it. */
export function showWhole(user: User): z.infer<typeof userBody> {
  return {
    id: user.id,
    username: user.username,
    email: user.email,
    email_verified: user.emailVerified,
    roles: [...user.roles],
    disabled: user.disabled,
    created_at: new Date(user.createdAt).toISOString(),
    updated_at: new Date(user.updatedAt).toISOString(),
  }
}
