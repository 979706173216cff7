import { globSync, readFileSync } from 'node:fs'
import { dirname, join, posix, sep } from 'node:path'
import { parseSync, Visitor } from 'oxc-parser'

export interface Import {
  /** As it is written. */
  specifier: string
  /** The file it leads to, relative to the root; undefined for packages that are not of this workspace. */
  to: string | undefined
}

export interface SourceFile {
  /** Relative to the root, with forward slashes. */
  path: string
  text: string
  imports: Import[]
}

interface PackageJson {
  name: string
  exports?: Record<string, string>
  imports?: Record<string, string>
}

/** Reads every TypeScript file of the project, with its imports resolved. */
export function readSources(root: string): SourceFile[] {
  const entries = readEntryPoints(root)
  return globSync(
    [
      'packages/*/src/**/*.{ts,tsx}',
      'examples/*/**/*.ts',
      'bench/**/*.ts',
      'scripts/**/*.ts',
      'tests/**/*.ts',
    ],
    {
      cwd: root,
      exclude: (name) => name === 'node_modules' || name === 'dist',
    },
  )
    .map((path) => path.split(sep).join('/'))
    .filter((path) => !path.includes('/node_modules/') && !path.includes('/dist/'))
    .sort()
    .map((path) => {
      const text = readFileSync(join(root, path), 'utf8')
      return { path, text, imports: importsOf(path, text, entries) }
    })
}

/** Where each published name of a workspace package leads: `@gatehouse/guard/hono` -> packages/guard/src/…. */
function readEntryPoints(root: string): Map<string, string> {
  const entries = new Map<string, string>()
  for (const file of globSync('packages/*/package.json', { cwd: root })) {
    const folder = dirname(file).split(sep).join('/')
    const manifest = JSON.parse(readFileSync(join(root, file), 'utf8')) as PackageJson
    for (const [name, target] of Object.entries(manifest.exports ?? {}))
      entries.set(posix.join(manifest.name, name), posix.join(folder, target))
    for (const [name, target] of Object.entries(manifest.imports ?? {}))
      entries.set(`${folder}:${name}`, posix.join(folder, target))
  }
  return entries
}

function importsOf(path: string, text: string, entries: Map<string, string>): Import[] {
  const parsed = parseSync(path, text)
  const { module, errors } = parsed
  if (errors.length > 0) throw new Error(`${path} cannot be parsed: ${errors[0]?.message}`)
  const resolve = (specifier: string): string | undefined => {
    if (specifier.startsWith('.')) return posix.normalize(posix.join(posix.dirname(path), specifier))
    if (specifier.startsWith('#')) return entries.get(`${path.split('/').slice(0, 2).join('/')}:${specifier}`)
    return entries.get(specifier)
  }
  const found: Import[] = []
  const find = (specifier: string): void => void found.push({ specifier, to: resolve(specifier) })
  for (const { moduleRequest } of module.staticImports) find(moduleRequest.value)
  for (const { entries: names } of module.staticExports) {
    for (const { moduleRequest } of names) if (moduleRequest) find(moduleRequest.value)
  }
  for (const { moduleRequest } of module.dynamicImports) {
    const literal = /^['"`]([^'"`$]+)['"`]$/.exec(text.slice(moduleRequest.start, moduleRequest.end))?.[1]
    if (literal) find(literal)
  }
  // `import('./a.ts').A` as a type stands in no list of imports; the tree is made for the few files that may have one
  if (text.includes('import('))
    new Visitor({ TSImportType: ({ source }) => find(source.value) }).visit(parsed.program)
  return found
}
