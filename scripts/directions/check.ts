import { findCycles } from './cycles.ts'
import { placeOf } from './place.ts'
import { readSources, type SourceFile } from './read.ts'
import { rules, rulesForAll } from './rules.ts'
import { checkTables } from './tables.ts'

/** Every import below `root` that goes in a direction it must not, as lines to print. */
export function checkDirections(root: string): string[] {
  const sources = readSources(root)
  return [...checkEdges(sources), ...checkCycles(sources), ...checkTables(sources)]
}

function checkEdges(sources: readonly SourceFile[]): string[] {
  const violations: string[] = []
  for (const { path, imports } of sources) {
    const from = placeOf(path)
    for (const { specifier, to } of imports) {
      if (to === undefined) continue
      for (const rule of from.test ? rulesForAll : [...rulesForAll, ...rules]) {
        const reason = rule({ from, to: placeOf(to), specifier })
        if (reason) violations.push(`${path} -> ${specifier}: ${reason}`)
      }
    }
  }
  return violations
}

function checkCycles(sources: readonly SourceFile[]): string[] {
  const files = new Map<string, Set<string>>()
  const capabilities = new Map<string, Set<string>>()
  for (const { path, imports } of sources) {
    const from = placeOf(path)
    for (const { to } of imports) {
      if (to === undefined) continue
      // types count: files that need each other's are one thing in two places
      addEdge(files, path, to)
      const other = placeOf(to).capability
      if (!from.test && from.capability && other && from.capability !== other)
        addEdge(capabilities, from.capability, other)
    }
  }
  return [...findCycles(files), ...findCycles(capabilities)].map((cycle) => `a cycle: ${cycle.join(' -> ')}`)
}

function addEdge(graph: Map<string, Set<string>>, from: string, to: string): void {
  const known = graph.get(from)
  if (known) known.add(to)
  else graph.set(from, new Set([to]))
}
