/** The names that an object may have, each of its type's and no others: a list of them that drifts does not compile. */
export type Names<T> = Readonly<Record<keyof T & string, true>>

/** A name that nobody knows, and the known one that was probably meant. */
export interface UnknownName {
  readonly name: string
  readonly meant: string | undefined
}

/** Every own name of an object that is not among the known ones. Inherited names count on neither side. */
export function unknownNames(given: object, known: Iterable<string>): UnknownName[] {
  const names = new Set(known)
  return Object.keys(given)
    .filter((name) => !names.has(name))
    .map((name) => ({ name, meant: closest(name, names) }))
}

/** The known name that a misspelt one is closest to; undefined where none is close. */
export function closest(name: string, known: Iterable<string>): string | undefined {
  let best: string | undefined
  // two letters in five may be wrong, and three at most: names that share a long prefix are not alike for that
  let limit = Math.min(3, Math.max(1, Math.floor(name.length * 0.4))) + 1
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) >= limit) continue
    const steps = distance(name.toLowerCase(), candidate.toLowerCase())
    if (steps < limit) [best, limit] = [candidate, steps]
  }
  return best
}

/** Letters to insert, delete, replace or swap with their neighbour (optimal string alignment). */
function distance(one: string, other: string): number {
  let before: number[] = []
  let last = Array.from({ length: other.length + 1 }, (_, at) => at)
  for (let i = 1; i <= one.length; i++) {
    const row = [i]
    for (let j = 1; j <= other.length; j++) {
      const same = one[i - 1] === other[j - 1]
      const swapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]
      row[j] = Math.min(
        (last[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (last[j - 1] ?? 0) + (same ? 0 : 1),
        swapped ? (before[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      )
    }
    ;[before, last] = [last, row]
  }
  return last[other.length] ?? 0
}
