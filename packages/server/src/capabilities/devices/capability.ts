import type { Capability } from '../../capability.ts'
import * as knownDevices from '../../migrations/0006-known-devices.ts'
import { sweepDevices } from './known.ts'

/** Devices that have signed in before. */
export const devices: Capability = {
  name: 'devices',
  migrations: [{ name: '0006-known-devices', up: knownDevices.up }],
  jobs: [{ name: 'sweep devices', everyMs: 60_000, run: sweepDevices }],
}
