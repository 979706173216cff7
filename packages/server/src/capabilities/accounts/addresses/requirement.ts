import { settingsOf } from '../../../config/setting.ts'
import { type Config, ConfigError } from '../../../config.ts'
import type { Context } from '../../../context.ts'
import { TooManyAttempts } from '../../../platform/errors.ts'
import type { SignInRequirement } from '../../../sign-in-step.ts'
import { mailWayOf } from '../../mail/index.ts'
import { accountSettings } from '../settings.ts'
import { type Addressee, messagesEvery, sendVerification } from './messages.ts'

/**
 * With GATEHOUSE_REQUIRE_VERIFIED_EMAIL nobody gets a session before the address of their account is verified. The message
 * that it takes is sent again, at most once a minute. An account without an address has nothing to verify.
 */
export const verifiedEmail: SignInRequirement<Context> = {
  kind: 'email_unverified',
  async missing(ctx, { user, pause }) {
    if (!settingsOf(ctx.config, accountSettings).requireVerifiedEmail) return undefined
    if (user.email === null || user.emailVerified) return undefined
    return {
      kind: 'email_unverified',
      challenge: await pause(),
      emailChallenge: await sendUnlessJustSent(ctx, user),
    }
  },
}

async function sendUnlessJustSent(ctx: Context, user: Addressee): Promise<string | undefined> {
  try {
    return await sendVerification(ctx, user, { everyMs: messagesEvery })
  } catch (error) {
    if (error instanceof TooManyAttempts) return undefined
    throw error
  }
}

/** @throws ConfigError where addresses have to be verified, and no mail can be sent for it */
export function requireMailForVerification(config: Config): void {
  if (!settingsOf(config, accountSettings).requireVerifiedEmail) return
  if (mailWayOf(config).kind !== 'none') return
  const problem = 'needs mail to be sent: set GATEHOUSE_MAIL_URL'
  throw new ConfigError([{ setting: 'GATEHOUSE_REQUIRE_VERIFIED_EMAIL', problem }])
}
