import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from '../run.ts'
import { compiled, type SourceManifest } from './manifest.ts'

/**
 * TypeScript's configuration for building packages/`name`, as it stands in the package's dist folder; declarations alone
 * unless `code` is asked for.
 */
export async function compilerConfig(name: string, { code }: { code: boolean }): Promise<object> {
  return {
    extends: '../tsconfig.json',
    compilerOptions: {
      noEmit: false,
      outDir: 'lib',
      rootDir: '../src',
      declaration: true,
      emitDeclarationOnly: !code,
      stripInternal: true,
      // without these it would take the guard's sources for a part of each package that uses it
      ...(name === 'guard' ? {} : { paths: await declarationsOf('guard') }),
    },
    include: ['../src'],
    // tools for tests; a room named testing right in src of the guard is published, the server's is not
    exclude: ['../src/**/*.test.ts', '../src/*/testing', ...(name === 'guard' ? [] : ['../src/testing'])],
  }
}

/** Where the declarations of each entry of a built package are. */
async function declarationsOf(name: string): Promise<Record<string, string[]>> {
  const folder = join(root, 'packages', name)
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as SourceManifest
  const entries = Object.entries(manifest.exports ?? {}).filter(([, file]) => file.endsWith('.ts'))
  return Object.fromEntries(
    entries.map(([entry, file]) => [
      manifest.name + entry.slice(1),
      [`../../${name}/dist/${compiled(file).replace(/\.js$/, '.d.ts')}`],
    ]),
  )
}
