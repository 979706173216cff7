import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Program } from './blocks.ts'

const run = promisify(execFile)
const root = join(import.meta.dirname, '../..')

export interface Compiled {
  /** Where a program is, ready to be run. */
  fileOf(program: Program): string
  remove(): Promise<void>
}

/**
 * Compiles programs as their readers would, with every strict option, and throws what the compiler says.
 *
 * @throws Error with the errors of the compiler
 */
export async function compile(
  programs: readonly Program[],
  options: { declaration?: boolean } = {},
): Promise<Compiled> {
  // inside of node_modules, so that packages are found and nothing else sees it
  await mkdir(join(root, 'node_modules/.cache'), { recursive: true })
  const folder = await mkdtemp(join(root, 'node_modules/.cache/docs-'))
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true })
  const name = (program: Program): string => `program-${programs.indexOf(program)}`
  const files: string[] = []
  for (const program of programs) {
    const file = `${name(program)}.${program.language === 'ts' ? 'mts' : 'mjs'}`
    await writeFile(join(folder, file), program.code)
    if (program.language === 'ts') files.push(file)
  }
  const compilerOptions = {
    ...options,
    noEmit: false,
    rootDir: root,
    outDir: join(folder, 'compiled'),
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
    // examples name what a handler is given, whether they use it or not
    noUnusedLocals: false,
    noUnusedParameters: false,
  }
  await writeFile(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ extends: join(root, 'tsconfig.base.json'), files, compilerOptions }),
  )
  try {
    if (files.length > 0) await run(join(root, 'node_modules/.bin/tsc'), ['-p', folder])
  } catch (error) {
    const headings = programs.map((program) => `${name(program)}: ${program.heading}`).join('\n')
    const said = typeof error === 'object' && error !== null && 'stdout' in error ? error.stdout : error
    await remove()
    throw new Error(`${String(said)}\n${headings}`, { cause: error })
  }
  const emitted = join(folder, 'compiled', folder.slice(root.length))
  return {
    fileOf: (program) => join(program.language === 'ts' ? emitted : folder, `${name(program)}.mjs`),
    remove,
  }
}
