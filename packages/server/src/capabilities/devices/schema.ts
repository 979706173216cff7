/** A row of `known_devices`: a device that signed in to an account. Times are milliseconds since the epoch. */
export interface KnownDevicesTable {
  /** SHA-256 of the device's token, base64url; the token itself is nowhere. */
  digest: string
  user_id: string
  /** Written at most once a day while the device goes on signing in. */
  last_used_at: number
  /** 1 once the device has come back with its token: what never does is the first to be forgotten. */
  presented: number
}

declare module '../../platform/db/tables.ts' {
  interface Tables {
    known_devices: KnownDevicesTable
  }
}
