import type { z } from '@hono/zod-openapi'
import type { Context as HonoContext } from 'hono'
import type { Context } from '../../context.ts'
import { showWhole } from '../accounts/index.ts'
import { setRefreshCookie, withoutRefreshToken } from '../sessions-api/index.ts'
import { setDeviceCookie } from './client.ts'
import type { signedInBody } from './shapes.ts'
import type { SignedIn } from './signed-in.ts'

/** The body of the answer to a sign-in that is complete; with the transport `cookie`, the refresh and device tokens travel in cookies instead. */
export function answerSignedIn(
  c: HonoContext,
  ctx: Context,
  { user, answer, deviceToken, emailChallenge }: SignedIn,
  transport: 'body' | 'cookie' | undefined,
): z.infer<typeof signedInBody> {
  const shown = { user: showWhole(user), email_challenge: emailChallenge }
  if (transport !== 'cookie') return { ...shown, ...answer, device_token: deviceToken }
  setRefreshCookie(c, ctx.config, answer.refresh_token)
  setDeviceCookie(c, deviceToken)
  return { ...shown, ...withoutRefreshToken(answer) }
}
