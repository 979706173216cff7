import { settingsOf } from '../../config/setting.ts'
import type { Context } from '../../context.ts'
import { newId } from '../../platform/crypto/ids.ts'
import { digestOf, newOpaqueToken } from '../../platform/crypto/opaque-token.ts'
import { inTransaction } from '../../platform/db/transaction.ts'
import { networkOf } from '../../platform/network.ts'
import { insertFirst } from './chain-store.ts'
import { type DeviceHints, describeDevice, familyOf } from './device.ts'
import type { Session, Transport } from './schema.ts'
import { sessionSettings } from './settings.ts'
import { type SessionRow, toSession } from './store.ts'

export interface NewSession {
  userId: string
  /** The audiences that tokens of this session may name. */
  audience: readonly string[]
  /** How well the user proved who they are (RFC 9470). */
  acr: string
  /** The methods used (RFC 8176). */
  amr: readonly string[]
  /** When they did, in milliseconds since the epoch; now by default. */
  authTime?: number | undefined
  /** What they signed in with: `password`, a provider, … */
  method: string
  /** Where the refresh token travels; `body` by default. */
  transport?: Transport
  userAgent?: string | undefined
  /** Client hints, where the browser sent some. */
  hints?: DeviceHints | undefined
  address?: string | undefined
}

export interface OpenedSession {
  session: Session
  /** Opaque, single use; returned once and stored nowhere. */
  refreshToken: string
}

export interface NewlyOpened extends OpenedSession {
  /** Whether the user has no other session, of those that are kept, of this device in this network. */
  isNewDevice: boolean
}

/**
 * Opens a session for a user who has just signed in, with the first refresh token of its chain.
 *
 * @example const { session, refreshToken } = await openSession(ctx, { userId, audience, acr: 'pwd', amr: ['pwd'], method: 'password' })
 */
export async function openSession(ctx: Context, input: NewSession): Promise<NewlyOpened> {
  const now = ctx.clock.now()
  const refreshToken = newOpaqueToken()
  const device = describeDevice({ ...input.hints, userAgent: input.userAgent })
  const row: SessionRow = {
    id: newId(ctx.clock),
    user_id: input.userId,
    audience: JSON.stringify(input.audience),
    acr: input.acr,
    amr: JSON.stringify(input.amr),
    auth_time: input.authTime ?? now,
    method: input.method,
    transport: input.transport ?? 'body',
    user_agent: input.userAgent?.slice(0, 512) ?? null,
    device: JSON.stringify(device),
    address: input.address ?? null,
    network: input.address === undefined ? null : networkOf(input.address),
    device_family: familyOf(device),
    created_at: now,
    last_seen_at: now,
    expires_at: now + settingsOf(ctx.config, sessionSettings).lifetime * 1000,
    ended_at: null,
    end_reason: null,
  }
  const isKnown = await inTransaction(ctx, ({ db }) => insertFirst(db, row, digestOf(refreshToken)))
  return { session: toSession(row), refreshToken, isNewDevice: !isKnown }
}
