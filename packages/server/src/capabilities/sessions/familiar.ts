import type { Context } from '../../context.ts'
import { networkOf } from '../../platform/network.ts'
import type { Device } from './device.ts'
import type { Session } from './schema.ts'
import { devicesBefore } from './store.ts'

/** Earlier sessions of a user that are compared. */
const compared = 200

/**
 * Whether none of the user's earlier sessions was opened from the same device: the same browser on the same system, of
 * whatever version, in the same network. Sessions are remembered for a month after they end.
 */
export async function isFirstFromDevice(ctx: Context, session: Session): Promise<boolean> {
  const own = familyOf(session.device, session.address)
  const earlier = await devicesBefore(ctx.db, session.userId, session.id, compared)
  return !earlier.some(({ device, address }) => familyOf(device, address) === own)
}

function familyOf({ browser, os }: Pick<Device, 'browser' | 'os'>, address: string | null): string {
  return [withoutVersion(browser), withoutVersion(os), address === null ? '' : networkOf(address)].join('\n')
}

const withoutVersion = (name: string | null): string => name?.replace(/ [\d.]+$/, '') ?? ''
