import { z } from '@hono/zod-openapi'
import { mailStatuses } from './schema.ts'
import type { MailState } from './service.ts'

const time = (description: string) => z.iso.datetime().openapi({ description })

/** A message as the API shows it: never what it says. */
export const mailBody = z
  .object({
    id: z.string(),
    message: z.string().openapi({ example: 'verify-email' }),
    language: z.string().openapi({ example: 'en' }),
    to: z.string().openapi({ example: 'ana@example.com' }),
    user_id: z.string().nullable(),
    status: z.enum(mailStatuses).openapi({
      description: '`kept` is for the mailbox of a developer’s machine, where nothing is sent.',
    }),
    attempts: z.int(),
    reason: z.string().nullable().openapi({
      description: 'Why the last attempt failed.',
      example: '550 5.1.1 No such user here',
    }),
    created_at: time('When it was queued.'),
    next_attempt_at: time('Null unless it is queued.').nullable(),
    done_at: time('When it was sent or given up.').nullable(),
  })
  .openapi('Mail')

const iso = (ms: number): string => new Date(ms).toISOString()
const isoOrNull = (ms: number | null): string | null => (ms === null ? null : iso(ms))

export function showMail(mail: MailState): z.infer<typeof mailBody> {
  return {
    id: mail.id,
    message: mail.message,
    language: mail.language,
    to: mail.to,
    user_id: mail.userId,
    status: mail.status,
    attempts: mail.attempts,
    reason: mail.reason,
    created_at: iso(mail.createdAt),
    next_attempt_at: isoOrNull(mail.nextAttemptAt),
    done_at: isoOrNull(mail.doneAt),
  }
}
