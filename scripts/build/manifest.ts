export interface SourceManifest {
  name: string
  exports?: Record<string, string>
  imports?: Record<string, string>
  bin?: Record<string, string>
  dependencies?: Record<string, string>
  devDependencies?: Record<string, string>
  [other: string]: unknown
}

type Target = string | { types: string; default: string }

interface PublishedManifest {
  exports?: Record<string, Target>
  imports?: Record<string, string>
  bin?: Record<string, string>
  [other: string]: unknown
}

/** Where the package as published has a source file: `./src/index.ts` is `./lib/index.js`. */
export const compiled = (file: string): string => file.replace(/^\.\/src\//, './lib/').replace(/\.ts$/, '.js')

/**
 * The manifest of the package as published: every entry leads to compiled code with its declarations, and nothing is
 * left that is for this repository alone.
 */
export function publishedManifest({ devDependencies: _, ...source }: SourceManifest): PublishedManifest {
  const { exports, imports, bin, ...rest } = source
  return {
    ...rest,
    ...(exports && { exports: mapValues(withoutInternal(exports), target) }),
    ...(imports && { imports: mapValues(imports, compiled) }),
    ...(bin && { bin: mapValues(bin, (file) => compiled(file).replace(/^\.\//, '')) }),
  }
}

/** Entries below `./internal` are for packages of this repository that carry the code inside. */
const withoutInternal = (exports: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(exports).filter(([entry]) => !entry.startsWith('./internal/')))

function target(file: string): Target {
  if (!file.endsWith('.ts')) return compiled(file)
  const code = compiled(file)
  return { types: code.replace(/\.js$/, '.d.ts'), default: code }
}

function mapValues<A, B>(record: Record<string, A>, map: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]))
}
