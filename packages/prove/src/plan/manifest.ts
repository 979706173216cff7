import { ManifestError, type ManifestRoute, readManifest as read } from '@gatehouse/guard/manifest'
import { ProveSetupError } from '../config.ts'

export type { Manifest, ManifestRoute, ManifestRule } from '@gatehouse/guard/manifest'

/** `GET /posts/:postId` */
export const nameOf = ({ method, path }: Pick<ManifestRoute, 'method' | 'path'>): string =>
  `${method} ${path}`

/**
 * Reads a manifest that `guard.seal` wrote; undefined where there is no such file.
 *
 * @throws ProveSetupError when it is no manifest, or one that this version does not understand
 */
export async function readManifest(path: string): Promise<Awaited<ReturnType<typeof read>> | undefined> {
  try {
    return await read(path)
  } catch (cause) {
    if (cause instanceof ManifestError) throw new ProveSetupError(cause.message, { cause })
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined
    throw cause
  }
}

const safe = new Set(['GET', 'HEAD', 'OPTIONS', 'QUERY', 'ALL'])

/** Whether a request with this method may change something (RFC 9110, section 9.2.1). `ALL` is tried as GET. */
export const writes = (method: string): boolean => !safe.has(method)
