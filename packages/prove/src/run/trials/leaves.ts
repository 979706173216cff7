import { parsed } from '../lists.ts'

/** Every value of a JSON answer by where it stands; members of a list by their id, so that another row moves none. */
export type Leaves = ReadonlyMap<string, string>

const depthLimit = 8
const leafLimit = 5_000

/** The values of an answer; a text that is no JSON is one value. `sent`: values of the request, which an answer may repeat. */
export function leavesOf(body: string, sent: readonly string[] = []): Leaves {
  const leaves = new Map<string, string>()
  const value = parsed(body)
  if (value === undefined) leaves.set('', withoutSent(body, sent))
  else collect(value, '', depthLimit, sent, leaves)
  return leaves
}

function collect(
  value: unknown,
  path: string,
  depth: number,
  sent: readonly string[],
  into: Map<string, string>,
): void {
  if (into.size >= leafLimit || depth === 0) return
  if (Array.isArray(value)) {
    for (const [index, member] of value.entries())
      collect(member, `${path}[${withoutSent(keyOf(member) ?? String(index), sent)}]`, depth - 1, sent, into)
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value))
      collect(member, path === '' ? name : `${path}.${name}`, depth - 1, sent, into)
  } else into.set(path, withoutSent(String(value), sent))
}

function keyOf(member: unknown): string | undefined {
  if (typeof member !== 'object' || member === null || !('id' in member)) return undefined
  return typeof member.id === 'string' || typeof member.id === 'number' ? `id=${member.id}` : undefined
}

/** A shorter value may stand in any text by chance. */
const shortest = 6

/** What was sent may come back, whoever asked: it is shown as the same sign for all values. */
const withoutSent = (text: string, sent: readonly string[]): string =>
  sent.reduce((rest, value) => {
    if (rest === value) return '◇'
    return value.length < shortest ? (rest === `id=${value}` ? 'id=◇' : rest) : rest.replaceAll(value, '◇')
  }, text)

/** A path with the rows of lists taken for one another: `items[id=17].title` is `items[].title`. */
export const kindOfPath = (path: string): string => path.replaceAll(/\[[^\]]*\]/g, '[]')

/** Where two answers to the same request differ: times, counters, identifiers of requests. */
export function unstable(one: Leaves, again: Leaves): ReadonlySet<string> {
  const paths = new Set([...one.keys(), ...again.keys()])
  return new Set([...paths].filter((path) => one.get(path) !== again.get(path)).map(kindOfPath))
}

/**
 * Whether an answer shows what `theirs` shows and `nothing` does not: something that is only there because the request
 * named another's resource. `apart`: kinds of paths that say nothing.
 */
export function showsWhat(
  answer: Leaves,
  { theirs, nothing, apart }: { theirs: Leaves; nothing: Leaves; apart: ReadonlySet<string> },
): string | undefined {
  for (const [path, value] of theirs) {
    if (apart.has(kindOfPath(path)) || nothing.get(path) === value) continue
    if (answer.get(path) === value) return path === '' ? 'the text' : path
  }
  return undefined
}
