import { ProveSetupError } from '../config.ts'

/** A rule as the manifest prints it: data alone. */
export type ManifestRule =
  | { readonly kind: 'signedIn' }
  | { readonly kind: 'own'; readonly param: string; readonly loaded?: boolean }
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
  readonly reason: string | null
  /** Who may pass, printed. */
  readonly printed: string
  /** Parameters of an owned route that no rule mentions. */
  readonly unmentioned: readonly string[]
  readonly notes: readonly string[]
}

/** `GET /posts/:postId` */
export const nameOf = ({ method, path }: Pick<ManifestRoute, 'method' | 'path'>): string =>
  `${method} ${path}`

/** Every route of an application, as `guard.seal` writes it. */
export interface Manifest {
  readonly version: 1
  readonly framework: string
  readonly routes: readonly ManifestRoute[]
}

/**
 * Reads a manifest file's text.
 *
 * @throws ProveSetupError when it is none, or one that this version does not understand
 */
export function readManifest(text: string): Manifest {
  const value = parse(text)
  if (typeof value !== 'object' || value === null || !('version' in value) || !('routes' in value)) {
    throw new ProveSetupError('The manifest is not one that guard.seal wrote.')
  }
  if (value.version !== 1) {
    throw new ProveSetupError(
      `The manifest has version ${String(value.version)}; this prover reads version 1.`,
    )
  }
  if (!Array.isArray(value.routes)) throw new ProveSetupError('The manifest lists no routes.')
  return value as Manifest
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new ProveSetupError('The manifest is not JSON.', { cause })
  }
}
