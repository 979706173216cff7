import { existsSync } from 'node:fs'
import { chmod, copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { must, root } from '../run.ts'
import { bundle } from './bundle.ts'
import { compilerConfig } from './compiler.ts'
import { pruneDeclarations } from './declarations.ts'
import { licencesOf } from './licences.ts'
import { publishedManifest, type SourceManifest } from './manifest.ts'

/** Files that a package needs beside what it compiles to: below dist, and where they come from. */
const assets: Record<string, Record<string, string>> = {
  server: { 'assets/scalar.js': '@scalar/api-reference/browser/standalone.js' },
}

/** The packages in the order in which they are built: the others are compiled against the guard's declarations. */
export const packageNames = ['guard', 'prove', 'server'] as const

/** Packages that carry what they import, apart from their `dependencies`. */
const bundled: readonly string[] = ['server']

/**
 * Compiles packages/`name` into its dist folder, a package of its own: compiled code in lib, manifest, README, LICENSE
 * and assets. Gives the folder.
 *
 * @throws Error with the compiler's output
 */
export async function buildPackage(name: (typeof packageNames)[number]): Promise<string> {
  const folder = join(root, 'packages', name)
  const dist = join(folder, 'dist')
  await rm(dist, { recursive: true, force: true })
  await mkdir(dist)
  const config = join(dist, 'tsconfig.json')
  await writeFile(config, JSON.stringify(await compilerConfig(name, { code: !bundled.includes(name) })))
  await must(join(root, 'node_modules/.bin/tsc'), ['-p', config])
  await rm(config)

  const source = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as SourceManifest
  const manifest = publishedManifest(source)
  await writeFile(join(dist, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  await copyFile(join(root, 'LICENSE'), join(dist, 'LICENSE'))
  const readme = join(folder, 'README.md')
  await copyFile(existsSync(readme) ? readme : join(root, 'README.md'), join(dist, 'README.md'))
  const copied = await copyAssets(folder, dist, assets[name] ?? {})
  const included = bundled.includes(name) ? await bundle(folder, source) : []
  if (bundled.includes(name)) await pruneDeclarations(join(dist, 'lib'), ['index.d.ts'])
  if (copied.length + included.length > 0)
    await writeFile(join(dist, 'THIRD-PARTY-LICENSES.txt'), await licencesOf([...copied, ...included]))
  for (const file of Object.values(source.bin ?? {}).filter(isPlain)) {
    await mkdir(dirname(join(dist, file)), { recursive: true })
    await copyFile(join(folder, file), join(dist, file))
  }
  for (const file of Object.values(manifest.bin ?? {})) await chmod(join(dist, file), 0o755)
  return dist
}

/** Whether a file is published as it is, because it has to run where TypeScript does not. */
const isPlain = (file: string): boolean => !file.endsWith('.ts')

/** Gives the files that were copied. */
async function copyAssets(folder: string, dist: string, files: Record<string, string>): Promise<string[]> {
  const { resolve } = createRequire(join(folder, 'package.json'))
  for (const [to, from] of Object.entries(files)) {
    await mkdir(dirname(join(dist, to)), { recursive: true })
    await copyFile(resolve(from), join(dist, to))
  }
  return Object.values(files).map((from) => resolve(from))
}
