/**
 * Entries side by side in one array: `stride` numbers of 32 bits each, sorted by digest. A million of them take
 * 24 MB, where a million objects would take ten times that.
 */
export type EntryTable = Uint32Array

/** Digest (3), cut (2), expiry (1). */
export const stride = 6

/** Where the parts of an entry are. */
export const field = { cutHigh: 3, cutLow: 4, expires: 5 } as const

const twoTo32 = 0x1_0000_0000

/** The cut that invalidates every token with the name, however new (an ended session, a dropped key). */
export const always: number = Number.POSITIVE_INFINITY

/** A cut as two numbers of 32 bits; all ones stand for `always`. */
export function splitCut(cut: number): [high: number, low: number] {
  return cut === always ? [0xffffffff, 0xffffffff] : [Math.floor(cut / twoTo32), cut % twoTo32]
}

export function joinCut(high: number, low: number): number {
  return high === 0xffffffff && low === 0xffffffff ? always : high * twoTo32 + low
}

/** One revocation, as it is kept until it expires. */
export interface Entry {
  /** The digest of the session, user, role or key. */
  readonly digest: readonly [number, number, number]
  /** Tokens made before this place in the feed are invalid; `always`: all tokens. */
  readonly cut: number
  /** Seconds since the epoch after which all affected tokens have expired. */
  readonly expires: number
}

export function writeEntry(table: EntryTable, index: number, { digest, cut, expires }: Entry): void {
  const [high, low] = splitCut(cut)
  table.set([digest[0], digest[1], digest[2], high, low, expires], index * stride)
}

/**
 * Where a digest is among the first `count` entries of a table: its index, or the complement (`~`) of the index where
 * it belongs. Digests are evenly distributed, so interpolation finds one among a million in four or five steps.
 */
export function findEntry(table: EntryTable, count: number, d0: number, d1: number, d2: number): number {
  let low = 0
  let high = count
  let lowKey = 0
  let highKey = twoTo32
  for (let looks = 0; low < high; looks++) {
    const guessable = looks < 8 && highKey > lowKey
    const share = guessable ? (d0 - lowKey) / (highKey - lowKey) : 0.5
    const index = Math.min(high - 1, Math.max(low, low + Math.floor(share * (high - low))))
    const at = index * stride
    const k0 = table[at] ?? 0
    const order = k0 - d0 || (table[at + 1] ?? 0) - d1 || (table[at + 2] ?? 0) - d2
    if (order === 0) return index
    if (order < 0) {
      low = index + 1
      lowKey = k0
    } else {
      high = index
      highKey = k0
    }
  }
  return ~low
}
