import type { Timer } from '../platform/timer.ts'
import { WaitingRoom } from '../platform/waiting-room.ts'

export interface HeldTimer extends Timer {
  /** Advances the time by milliseconds, and runs what becomes due. */
  advance(by: number): void
}

/** A timer whose time stands still until it is advanced. */
export function heldTimer(): HeldTimer {
  let now = 0
  const due = new Set<{ at: number; work: () => void }>()
  return {
    now: () => now,
    after(ms, work) {
      const entry = { at: now + ms, work }
      due.add(entry)
      return () => due.delete(entry)
    },
    advance(by) {
      const until = now + by
      for (;;) {
        const [next] = [...due].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)
        if (next === undefined) break
        due.delete(next)
        now = Math.max(now, next.at)
        next.work()
      }
      now = until
    },
  }
}

/** A waiting room whose time stands still. */
export function heldRoom(limits?: ConstructorParameters<typeof WaitingRoom>[1]) {
  const timer = heldTimer()
  const room = new WaitingRoom(timer, limits)
  const moment = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
  return {
    room,
    timer,
    /** Resolves once so many attempts wait. */
    async untilWaiting(count: number): Promise<void> {
      while (room.waiting !== count) await moment()
    },
    /** What an attempt comes to, which was the last to be made; `waits` if it has to wait for that. */
    async waitsOr<T>(attempt: Promise<T>): Promise<T | 'waits'> {
      const before = room.waiting
      let settled = false
      void attempt.then(
        () => {
          settled = true
        },
        () => {
          settled = true
        },
      )
      while (!settled && room.waiting <= before) await moment()
      return settled ? attempt : 'waits'
    },
  }
}
