import { existsSync, statSync } from 'node:fs'
import { enableCompileCache } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * Lets Node keep compiled code from one start to the next, in `.cache/gatehouse` of the node_modules folder that this
 * program is in. Where nothing can be written the program starts without, as it does with NODE_DISABLE_COMPILE_CACHE=1;
 * NODE_COMPILE_CACHE names another place.
 */
export function keepCompiledCode(): void {
  const folder = cacheFolder(fileURLToPath(import.meta.url))
  if (folder !== undefined) enableCompileCache(folder)
}

/**
 * The folder for what was compiled of `file`; undefined where there is none of `user`'s own. Whoever may write compiled
 * code decides what runs, so a folder that all users share will not do; and what root left in somebody's node_modules
 * could not be deleted any more.
 */
export function cacheFolder(file: string, user: number | undefined = process.getuid?.()): string | undefined {
  const modules = nearestModules(dirname(file))
  if (modules === undefined) return undefined
  return user === undefined || statSync(modules).uid === user ? join(modules, '.cache/gatehouse') : undefined
}

function nearestModules(folder: string): string | undefined {
  if (basename(folder) === 'node_modules') return folder
  const child = join(folder, 'node_modules')
  if (existsSync(child)) return child
  return folder === dirname(folder) ? undefined : nearestModules(dirname(folder))
}
