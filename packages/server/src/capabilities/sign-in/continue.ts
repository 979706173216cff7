import type { Context } from '../../context.ts'
import { EmailUnverified } from './errors.ts'
import { type Resuming, resumeSignIn } from './resume.ts'
import { type SignedIn, withTokens } from './signed-in.ts'

/**
 * Goes on with a sign-in whose e-mail address has been verified meanwhile, on whichever device.
 *
 * @throws EmailUnverified (401) while it is not, and then the challenge stays good; InvalidChallenge (400), AccountDisabled
 *   (403), and the step that the sign-in lacks then (401)
 */
export async function continueSignIn(ctx: Context, resuming: Resuming): Promise<SignedIn> {
  const outcome = await resumeSignIn(ctx, 'email_unverified', resuming, async (_, account, proven) => {
    if (!account.user.emailVerified) throw new EmailUnverified(resuming.challenge)
    return { account, proven }
  })
  return withTokens(ctx, outcome)
}
