import { settingsOf } from '../../../config/setting.ts'
import type { Actor, Context } from '../../../context.ts'
import { InvalidInput } from '../../../platform/errors.ts'
import { withdrawChallenges } from '../../challenges/index.ts'
import type { EmailAddress } from '../../identifiers/index.ts'
import { mailWayOf } from '../../mail/index.ts'
import { isSelf } from '../access.ts'
import { userOf } from '../read.ts'
import { accountSettings } from '../settings.ts'
import type { UserRow } from '../store.ts'
import { noteLookalike } from './lookalikes.ts'
import { sendVerification, tellFormerAddress } from './messages.ts'
import { withdrawForAddress } from './verify.ts'

/** What becomes of an account's address. */
export interface Claim {
  readonly set: Partial<UserRow>
  /** Sends the messages, once the row is changed; returns the challenge that the code in one of them belongs to. */
  announce(ctx: Context): Promise<string | undefined>
}

/**
 * Decides what a request for another address (null: for none) comes to:
 *
 * - An account without a verified address has the new one at once, unverified. Anybody may claim an address; it is unique, and
 *   good for signing in, once verified.
 * - An owner's verified address stays until the new one is verified.
 * - An administrator's word counts at once, and so does everybody's where no mail can be sent.
 *
 * An owner's verified address that goes is told, and can undo it.
 *
 * @throws InvalidInput (422) for an owner who removes an address that the server demands
 */
export async function claimAddress(
  ctx: Context,
  actor: Actor,
  row: UserRow,
  claimed: EmailAddress | null,
): Promise<Claim | undefined> {
  const own = isSelf(actor, row.id)
  const canSend = mailWayOf(ctx.config).kind !== 'none'
  const wasVerified = row.email_verified_at !== null
  if (own) requireAddressIfDemanded(ctx, claimed)
  if ((claimed?.email ?? null) === row.email) return cancelPending(row)

  if (claimed !== null && wasVerified && own && canSend) {
    if (claimed.email === row.pending_email) return undefined
    const set = { pending_email: claimed.email }
    return {
      set,
      async announce(ctx) {
        await withdrawChallenges(ctx, row.id, { only: ['verify-email'] })
        await noteLookalike(ctx, row.id, claimed)
        return sendVerification(ctx, userOf({ ...row, ...set }, []))
      },
    }
  }

  const set = {
    email: claimed?.email ?? null,
    email_key: claimed?.key ?? null,
    email_verified_at: null,
    pending_email: null,
  }
  return {
    set,
    async announce(ctx) {
      await withdrawForAddress(ctx, row.id)
      await tellFormerAddress(ctx, row, { email: set.email, undoable: own })
      if (claimed === null) return undefined
      await noteLookalike(ctx, row.id, claimed)
      return canSend ? sendVerification(ctx, userOf({ ...row, ...set }, [])) : undefined
    },
  }
}

/** Asking for the address that the account has keeps it. */
function cancelPending(row: UserRow): Claim | undefined {
  if (row.pending_email === null) return undefined
  return {
    set: { pending_email: null },
    async announce(ctx) {
      await withdrawChallenges(ctx, row.id, { only: ['verify-email'] })
      return undefined
    },
  }
}

/** @throws InvalidInput (422) naming `email` for somebody without an address, where the server demands one */
export function requireAddressIfDemanded(ctx: Context, email: unknown): void {
  if (!settingsOf(ctx.config, accountSettings).requireVerifiedEmail) return
  if (email !== undefined && email !== null) return
  const detail = 'An account needs an e-mail address here.'
  throw new InvalidInput([{ field: 'email', code: 'required', detail }])
}
