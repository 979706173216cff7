/** Which database, apart from what opens it: the package's published types lead here and need no driver's. */
export type DatabaseConfig =
  | { readonly kind: 'sqlite' /** A file, or `:memory:`. */; readonly path: string }
  | { readonly kind: 'postgres'; readonly url: string /** Connections at most. */; readonly poolSize: number }
