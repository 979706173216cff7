/** Lines of a table for people; columns as wide as they must be. Text that others chose is printed without control characters. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const clean = rows.map((row) => row.map(printable))
  const widths = header.map((name, i) => Math.max(name.length, ...clean.map((row) => row[i]?.length ?? 0)))
  return [header, ...clean]
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** A text without anything that a terminal would obey. */
export function printable(text: string): string {
  return text.replace(/\p{C}/gu, '�')
}

/** A time as people on the command line read it: to the second, UTC. */
export function when(milliseconds: number | null): string {
  return milliseconds === null ? '' : `${new Date(milliseconds).toISOString().slice(0, 19)}Z`
}
