import { z } from '@hono/zod-openapi'
import type { Proof } from './secrets.ts'

/** A token or challenge as `/docs` shows it: well-formed, and good for nothing. */
export const sampleToken = 'c2FtcGxlLXRva2VuLXRoYXQtaXMtZ29vZC1mb3Igbm8'

export const tokenField = z
  .string()
  .openapi({ description: 'From the link in the message.', example: sampleToken })

const fields = {
  token: tokenField.optional(),
  challenge: z
    .string()
    .optional()
    .openapi({ description: 'From the response to the request that sent the code.', example: sampleToken }),
  code: z.string().optional().openapi({ description: 'The six digits from the message.', example: '123456' }),
}

/** A body with a proof that a message arrived, beside other fields: `token`, or `challenge` and `code`. */
export function proofBody<S extends z.ZodRawShape>(others: S) {
  return z.strictObject({ ...fields, ...others }).superRefine((body, check) => {
    const { token, challenge, code } = body as { token?: string; challenge?: string; code?: string }
    const whole = token === undefined ? challenge !== undefined && code !== undefined : !challenge && !code
    if (whole) return
    const message = 'Send either `token`, or `challenge` and `code`.'
    check.addIssue({ code: 'custom', path: ['token'], message, params: { code: 'required' } })
  })
}

/** The proof in such a body. */
export function proofOf({
  token,
  challenge = '',
  code = '',
}: {
  readonly token?: string | undefined
  readonly challenge?: string | undefined
  readonly code?: string | undefined
}): Proof {
  return token === undefined ? { challenge, code } : { token }
}
