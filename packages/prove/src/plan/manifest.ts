/** A rule as the manifest prints it: data alone. */
export type ManifestRule =
  | { readonly kind: 'signedIn' }
  | { readonly kind: 'own'; readonly param: string }
  | { readonly kind: 'role'; readonly role: string }
  | { readonly kind: 'permission'; readonly permission: string }
  | { readonly kind: 'stepUp'; readonly acr?: string; readonly maxAge?: number }
  | { readonly kind: 'check'; readonly name: string }
  | { readonly kind: 'all'; readonly rules: readonly ManifestRule[] }

/** A route as the prover attacks it. */
export interface ManifestRoute {
  readonly method: string
  /** With parameters as `:name`. */
  readonly path: string
  readonly parameters: readonly string[]
  readonly kind: 'guarded' | 'shared' | 'optional' | 'open'
  readonly rules: readonly ManifestRule[]
  readonly reason: string | undefined
  /** Who may pass, printed. */
  readonly printed: string
  readonly notes: readonly string[]
}

/** `GET /posts/:postId` */
export const nameOf = ({ method, path }: Pick<ManifestRoute, 'method' | 'path'>): string =>
  `${method} ${path}`
