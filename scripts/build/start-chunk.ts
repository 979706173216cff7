import { join } from 'node:path'
import type { ModuleInfo } from 'rolldown'

interface Modules {
  getModuleInfo(id: string): Pick<ModuleInfo, 'importedIds' | 'dynamicallyImportedIds'> | null
}

type Importing = (id: string) => readonly string[]

/** A server that starts loads the routes of every capability, however late each brings its own. */
const capability = /[/\\]capability\.ts$/
const routes = /[/\\-]routes(?:\.ts$|[/\\])/

/**
 * Names the chunk of a module: `command` for what every command loads, `server` for what a starting server loads besides.
 * Two files instead of nearly two hundred, each of which Node would resolve, read and link by itself. The rest stays where
 * the bundler puts it.
 */
export function startChunk(folder: string): (id: string, modules: Modules) => string | null {
  let chunks: Map<string, string> | undefined
  return (id, modules) => {
    // the whole graph is known by the time the first module is placed
    chunks ??= chunksOf(folder, modules)
    return chunks.get(id) ?? null
  }
}

function chunksOf(folder: string, modules: Modules): Map<string, string> {
  const now: Importing = (id) => modules.getModuleInfo(id)?.importedIds ?? []
  const atStart: Importing = (id) => [
    ...now(id),
    ...(capability.test(id) ? (modules.getModuleInfo(id)?.dynamicallyImportedIds ?? []) : []).filter((late) =>
      routes.test(late),
    ),
  ]
  const server = reach(join(folder, 'src/cli/commands/serve.ts'), atStart)
  const command = reach(join(folder, 'src/cli/run.ts'), now)
  return new Map([
    ...[...server].map((id) => [id, 'server'] as const),
    ...[...command].map((id) => [id, 'command'] as const),
  ])
}

/** Every module that `entry` leads to, itself included. */
function reach(entry: string, importedBy: Importing): Set<string> {
  const found = new Set([entry])
  // a set goes on to what is added while it is walked
  for (const id of found) for (const imported of importedBy(id)) found.add(imported)
  return found
}
