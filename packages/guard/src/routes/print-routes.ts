import type { Manifest, ManifestRoute } from './manifest.ts'
import { printSource } from './source.ts'

const headings = ['METHOD', 'PATH', 'ALLOWED CALLERS', 'WHY / NOTES', 'WHERE'] as const

/** The manifest as a table for a terminal: method, path, allowed callers, why it is open, and the line that registers it. */
export function printRoutes({ routes }: Manifest): string {
  const rows = [headings, ...routes.map(row)]
  const widths = headings.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)))
  const lines = rows.map((cells) =>
    cells
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  const open = routes.filter(({ kind }) => kind === 'open').length
  return [...lines, '', `${routes.length} routes, ${open} of them open to anyone`].join('\n')
}

const row = ({ method, path, printed, reason, notes, source }: ManifestRoute): readonly string[] => [
  method,
  path,
  printed,
  [...(reason === null ? [] : [reason]), ...notes].join('; '),
  source === null ? '' : printSource(source),
]
