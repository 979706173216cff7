import { glob, readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/**
 * Deletes the declarations in `lib` that none of `entries` leads to: of a bundle nothing else can be imported, and what
 * they speak of need not be installed.
 */
export async function pruneDeclarations(lib: string, entries: readonly string[]): Promise<void> {
  const reached = new Set<string>()
  const reach = async (file: string): Promise<void> => {
    if (reached.has(file)) return
    reached.add(file)
    const text = await readFile(file, 'utf8')
    for (const [, specifier = ''] of text.matchAll(/(?:from|import\()\s*["'](\.[^"']+)["']/g))
      await reach(join(dirname(file), specifier.replace(/\.[jt]s$/, '.d.ts')))
  }
  for (const entry of entries) await reach(join(lib, entry))
  for await (const file of glob('**/*.d.ts', { cwd: lib })) {
    if (!reached.has(join(lib, file))) await rm(join(lib, file))
  }
}
