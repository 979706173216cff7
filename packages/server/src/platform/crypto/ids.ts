import { v7 } from 'uuid'

/** A new identifier: a UUIDv7 (RFC 9562), which sorts by time of making. */
export function newId(clock: { now(): number }): string {
  return v7({ msecs: clock.now() })
}
