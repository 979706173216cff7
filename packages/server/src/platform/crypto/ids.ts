import { randomInt } from 'node:crypto'
import { v7 } from 'uuid'

let last = { msecs: 0, seq: 0 }

/**
 * A new identifier: a UUIDv7 (RFC 9562), which sorts by time of creation, and within one millisecond by order of creation
 * in this process (section 6.2, method 1).
 */
export function newId(clock: { now(): number }): string {
  const msecs = clock.now()
  // a random start with room above it: no process creates a billion identifiers in a millisecond
  const seq = msecs === last.msecs ? last.seq + 1 : randomInt(2 ** 31)
  last = { msecs, seq }
  return v7({ msecs, seq })
}
