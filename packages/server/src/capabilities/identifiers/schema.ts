import { z } from '@hono/zod-openapi'
import type { Reading } from '../../platform/reading.ts'
import { emailMaxLength, readEmail } from './emails.ts'
import { readUsername, usernameLength } from './usernames.ts'

/** Makes a reader part of a schema, so that all invalid fields of a body are reported together. */
export function readable(read: (text: string) => Reading<unknown>) {
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

export const emailField = readable(readEmail).openapi({
  format: 'email',
  maxLength: emailMaxLength,
  example: 'ana@example.com',
})
