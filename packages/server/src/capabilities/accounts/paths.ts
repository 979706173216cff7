import { type Auth, check, own, type Rule } from '@gatehouse/guard/hono'
import { z } from '@hono/zod-openapi'
import { isStorable } from '../../platform/storable-text.ts'

/** What is in the path of everything about one user. */
export const userPath = z.object({
  userId: z.string().openapi({ description: 'A user’s id, or `me`.', example: 'me' }),
})

/** One's own: by id, or as `me`. */
export const ownPath: readonly [Rule, Rule] = [
  own('userId'),
  check('me', (_, c) => c.req.param('userId') === 'me'),
]

/** Whom a path means: `me` is who asks; what no database can hold (NUL) is nobody. */
export function targetOf(userId: string, auth: Pick<Auth, 'user'>): string {
  if (userId === 'me') return auth.user.id
  return isStorable(userId) ? userId : ''
}
