import type { Capability } from '../../capability.ts'

/** Devices that have signed in before. */
export const devices: Capability = {
  name: 'devices',
  migrations: [{ name: '0006-known-devices', load: () => import('../../migrations/0006-known-devices.ts') }],
  jobs: [
    {
      name: 'sweep devices',
      everyMs: 60_000,
      run: async (ctx) => (await import('./known.ts')).sweepDevices(ctx),
    },
  ],
  async removePlanted(ctx, userId) {
    await (await import('./known.ts')).forgetDevicesOf(ctx, userId)
    return []
  },
  personalData: async () => (await import('./personal-data.ts')).deviceData,
}
