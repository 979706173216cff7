import type { Actor, Context } from '../../context.ts'
import { countAttempt } from '../../platform/throttles.ts'
import { findSubject, isSelf, missing, requireMayChange, requireRecentSignIn } from '../accounts/index.ts'
import { record } from '../audit/index.ts'
import { writeExport } from './write.ts'

/** Everything that is held about one person: a JSON document, in pieces. */
export interface Export {
  readonly userId: string
  readonly pieces: AsyncIterable<string>
}

/** Exports of one account: each reads all that there is. */
const exports = { attempts: 10, seconds: 3600 } as const

/**
 * Exports everything that is held about a person: the actor's own within ten minutes of a sign-in, or, with
 * `users:export`, that of a user who holds nothing that the actor lacks. It is read a page at a time while the pieces
 * are taken, so it is as large as it has to be and takes little memory.
 *
 * @throws RecentSignInRequired (401), Forbidden (403), AudienceRequired (403), UserNotFound (404, with `users:read`),
 *   TooManyAttempts (429)
 */
export async function exportUser(ctx: Context, actor: Actor, userId: string): Promise<Export> {
  if (isSelf(actor, userId)) requireRecentSignIn(ctx, actor)
  await requireMayChange(ctx, actor, userId, 'users:export')
  const subject = await findSubject(ctx, userId)
  if (subject === undefined) throw await missing(ctx, actor, userId)
  if (actor.kind !== 'system') {
    await countAttempt(ctx, ctx.throttles.limiter('export', exports), userId)
  }
  await record(ctx, { actor, action: 'user.exported', target: userId })
  return { userId, pieces: writeExport(ctx, subject) }
}
