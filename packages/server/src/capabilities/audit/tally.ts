import type { FailureMemory, Tally } from '../../instance.ts'

/** Milliseconds in which refusals that are alike share a row. */
export const tallyPeriod = 15 * 60_000

/** A row that is there already. */
export type Written = Pick<Tally, 'period' | 'key' | 'userId'>

/**
 * Rows that refusals make in a period, on all instances together: so many at accounts that exist, and as many again at
 * none, which cost an attacker least and must not crowd out the others. Beyond, one row of each action counts the rest.
 */
export const talliesPerPeriod = 250

/** Tallies of no more kinds than there is room for; what finds none is counted together with the rest of its action. */
export class Tallies implements FailureMemory {
  readonly #written: ReadonlySet<string>
  #tallies = new Map<string, Tally>()
  #room: { account: number; none: number }

  /** `written` takes up room, but for more of the same there is always some. */
  constructor(written: readonly Written[] = []) {
    this.#written = new Set(written.map(slotOf))
    this.#room = { account: talliesPerPeriod, none: talliesPerPeriod }
    for (const each of written) if (!isRest(each)) this.#room[kindOf(each)] -= 1
  }

  add(tally: Tally): void {
    const slot = slotOf(tally)
    const known = this.#tallies.get(slot)
    if (known !== undefined) this.#tallies.set(slot, together(known, tally))
    else if (isRest(tally) || this.#written.has(slot)) this.#tallies.set(slot, tally)
    else if (this.#room[kindOf(tally)] > 0) {
      this.#room[kindOf(tally)] -= 1
      this.#tallies.set(slot, tally)
    } else this.add(restOf(tally))
  }

  /** Gives all that is there, and starts anew. */
  take(): Tally[] {
    const taken = [...this.#tallies.values()]
    this.#tallies = new Map()
    this.#room = { account: talliesPerPeriod, none: talliesPerPeriod }
    return taken
  }
}

const restKey = 'rest'

/** The same without what tells it from others of its action. */
function restOf({ period, action, count, firstAt, lastAt }: Tally): Tally {
  const nobody = { userId: null, address: null, userAgent: null }
  return { period, key: `${restKey} ${action}`, action, reason: 'various', ...nobody, count, firstAt, lastAt }
}

const isRest = ({ key }: Pick<Tally, 'key'>): boolean => key.startsWith(`${restKey} `)
const slotOf = ({ period, key }: Written): string => `${period} ${key}`
const kindOf = ({ userId }: Written): 'account' | 'none' => (userId === null ? 'none' : 'account')

function together(one: Tally, other: Tally): Tally {
  return {
    ...one,
    count: one.count + other.count,
    firstAt: Math.min(one.firstAt, other.firstAt),
    lastAt: Math.max(one.lastAt, other.lastAt),
  }
}
