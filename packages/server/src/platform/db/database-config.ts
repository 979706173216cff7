/** Names the database. Apart from the code that opens it, so that the published types need no driver's types. */
export type DatabaseConfig =
  | { readonly kind: 'sqlite' /** A file, or `:memory:`. */; readonly path: string }
  | { readonly kind: 'postgres'; readonly url: string /** Connections at most. */; readonly poolSize: number }
