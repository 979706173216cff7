import { join, relative } from 'node:path'
import { type OutputChunk, rolldown } from 'rolldown'
import { compiled, type SourceManifest } from './manifest.ts'
import { startChunk } from './start-chunk.ts'

/**
 * Compiles the package in `folder` into dist/lib, with what it imports from its `devDependencies` inside: a program
 * that starts from a few files starts in half the time that hundreds take. `dependencies` stay imports: what is native,
 * what finds its own files, and what only some set-ups load. Gives the files of every module that went in.
 *
 * @throws Error for an import that leads nowhere, or whatever else the bundler warns of
 */
export async function bundle(
  folder: string,
  { bin, exports, imports, dependencies = {} }: SourceManifest,
): Promise<string[]> {
  const entries = [bin, exports, imports].flatMap((targets) => Object.values(targets ?? {}))
  const bundler = await rolldown({
    cwd: folder,
    input: Object.fromEntries(
      entries.filter((file) => file.endsWith('.ts')).map((file) => [nameOf(file), file]),
    ),
    platform: 'node',
    external: [/^node:/, ...Object.keys(dependencies).map((name) => new RegExp(`^${name}(/|$)`))],
    onLog(level, { message }) {
      if (level === 'warn') throw new Error(message)
    },
  })
  try {
    const { output } = await bundler.write({
      dir: join(folder, 'dist/lib'),
      chunkFileNames: 'chunks/[name].js',
      codeSplitting: { groups: [{ debugName: 'start', name: startChunk(folder) }] },
      comments: { legal: true, annotation: false, jsdoc: false },
      // for `node --enable-source-maps`
      sourcemap: true,
      sourcemapExcludeSources: true,
    })
    return output
      .filter((file): file is OutputChunk => file.type === 'chunk')
      .flatMap(({ moduleIds }) => moduleIds)
  } finally {
    await bundler.close()
  }
}

/** `./src/cli/main.ts` is `cli/main`. */
const nameOf = (file: string): string => relative('lib', compiled(file)).replace(/\.js$/, '')
