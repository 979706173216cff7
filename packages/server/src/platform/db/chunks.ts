/** Rows in one statement: many more make it slow to build, and SQLite remembers one statement for each number. */
const most = 250

/** Parts of a list for statements with many rows. */
export function* chunksOf<T>(rows: readonly T[]): Generator<readonly T[]> {
  for (let from = 0; from < rows.length; from += most) yield rows.slice(from, from + most)
}
