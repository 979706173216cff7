import type { Context } from '../../context.ts'
import { digestOf, looksLikeOpaqueToken, newOpaqueToken } from '../../platform/crypto/opaque-token.ts'
import { networkOf } from '../../platform/network.ts'
import { deleteDevicesOf, deleteUnused, insertDevice, lookFor, touchDevice } from './store.ts'

const day = 24 * 3_600_000
/** How long a device stays known without a sign-in, in milliseconds. */
export const unusedFor = 90 * day
/** The maximum number of known devices of an account. */
const mostDevices = 20

/** The maximum number of device tokens read from one attempt: people who share a browser have one each. */
export const mostPresented = 4

/** A device of the account that came back with its token. */
export interface KnownDevice {
  readonly token: string
  readonly digest: string
  /** Whether its use was written down within the last day. */
  readonly isNoted: boolean
}

/** What is known about the origin of a sign-in attempt. */
export interface Recognised {
  /** The account's device that it comes from, if one of the tokens presented belongs to one. */
  readonly device: KnownDevice | undefined
  /** Whether the account signed in from this network before, within the last months. */
  readonly familiar: boolean
}

/**
 * Looks up whether an account knows a device or its network. For an account that does not exist (`userId` undefined)
 * it asks the same, and finds nothing. A token of another account, an old or a malformed one counts as none.
 */
export async function recognise(
  ctx: Context,
  userId: string | undefined,
  from: { readonly address: string; readonly deviceTokens: readonly string[] },
): Promise<Recognised> {
  const presented = new Map(
    from.deviceTokens
      .filter(looksLikeOpaqueToken)
      .slice(0, mostPresented)
      .map((token) => [digestOf(token), token]),
  )
  const [first = '', second = '', third = '', fourth = ''] = presented.keys()
  const now = ctx.clock.now()
  const { digest, isNoted, familiar } = await lookFor(ctx.db, {
    userId: userId ?? '',
    network: networkOf(from.address),
    since: now - unusedFor,
    notedSince: now - day,
    first,
    second,
    third,
    fourth,
  })
  const token = digest && presented.get(digest)
  return { device: digest && token ? { token, digest, isNoted } : undefined, familiar }
}

/**
 * Remembers the device that has just signed in. Returns the token that it is known by from now on: the one that it has,
 * or a new one. It stays the same for as long as the device is used, so that an answer that got lost costs nothing.
 */
export async function rememberDevice(
  ctx: Context,
  userId: string,
  known: Recognised['device'],
): Promise<string> {
  const now = ctx.clock.now()
  if (known !== undefined) {
    if (!known.isNoted) await touchDevice(ctx.db, known.digest, now)
    return known.token
  }
  const token = newOpaqueToken()
  const row = { digest: digestOf(token), user_id: userId, last_used_at: now, presented: 0 }
  await insertDevice(ctx.db, row, mostDevices - 1)
  return token
}

/** Forgets all devices of an account. */
export async function forgetDevicesOf(ctx: Context, userId: string): Promise<void> {
  await deleteDevicesOf(ctx.db, userId)
}

/** Deletes unused devices, a limited number at a time; safe on any number of instances. */
export async function sweepDevices(ctx: Context): Promise<void> {
  await deleteUnused(ctx.db, ctx.clock.now() - unusedFor, 500)
}
