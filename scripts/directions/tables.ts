import { partOf, placeOf } from './place.ts'
import type { SourceFile } from './read.ts'

const declaration = /interface Tables\s*\{([^}]*)\}/g
const query =
  /\.(?:selectFrom|insertInto|updateTable|deleteFrom|replaceInto|(?:inner|left|right|full|cross)Join)\(\s*\[?\s*['"`](\w+)/g

/** A table belongs to the capability that declares it: others do not query it, and its owner does so in its store. */
export function checkTables(sources: readonly SourceFile[]): string[] {
  const owners = new Map<string, string>()
  for (const { path, text } of sources) {
    const { capability } = placeOf(path)
    if (!capability) continue
    for (const [, body = ''] of text.matchAll(declaration))
      for (const [, table = ''] of body.matchAll(/(?:^|[;,\n])\s*(\w+)\s*:/g)) owners.set(table, capability)
  }

  const violations: string[] = []
  for (const { path, text } of sources) {
    const place = placeOf(path)
    if (place.test || place.room === 'migrations' || place.workspace !== 'packages/server') continue
    for (const [, table = ''] of text.matchAll(query)) {
      const owner = owners.get(table)
      if (owner !== undefined && owner !== place.capability)
        violations.push(`${path} queries the table '${table}': it belongs to '${owner}'`)
      else if (owner !== undefined && partOf(place) !== 'store')
        violations.push(`${path} queries the table '${table}': SQL stands in a store`)
    }
  }
  return violations
}
