import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What a theme's folder holds; all of it is optional. */
export interface ThemeFiles {
  /** `theme.css`: custom properties, and whatever else. */
  readonly css?: Buffer | undefined
  /** `logo.svg` or `logo.png`. */
  readonly logo?: { readonly bytes: Buffer; readonly type: string; readonly extension: string } | undefined
}

/** Bytes that a file of a theme may have: every page loads them. */
const maxBytes = 200 * 1024

/**
 * Reads a theme's folder.
 *
 * @throws Error that names the file, for one that is too large or cannot be read
 */
export function readTheme(folder: string | undefined): ThemeFiles {
  if (folder === undefined) return {}
  const read = (name: string): Buffer | undefined => readIfThere(join(folder, name))
  const [css, svg, png] = [read('theme.css'), read('logo.svg'), read('logo.png')]
  const logo = svg
    ? { bytes: svg, type: 'image/svg+xml', extension: 'svg' }
    : png && { bytes: png, type: 'image/png', extension: 'png' }
  return { css, logo }
}

function readIfThere(file: string): Buffer | undefined {
  try {
    const bytes = readFileSync(file)
    if (bytes.length > maxBytes) throw new Error(`${file} is larger than ${maxBytes / 1024} KiB`)
    return bytes
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
