import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from '@hono/zod-openapi'
import { type Language, languages } from '../../../../texts/languages.ts'
import { en, type TextKey } from '../texts/en.ts'

/** What a theme's folder holds; all of it is optional. */
export interface ThemeFiles {
  /** `theme.css`: custom properties, and whatever else. */
  readonly css?: Buffer | undefined
  /** `logo.svg` or `logo.png`. */
  /** `texts.json`: `{ "en": { "sign-in.title": "Welcome back" } }`. */
  readonly texts?: OwnTexts
  readonly logo?: { readonly bytes: Buffer; readonly type: string; readonly extension: string } | undefined
}

/** Texts of the theme by language, which come before those of the server. */
export type OwnTexts = Readonly<Partial<Record<Language, Readonly<Record<string, string>>>>>

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
  return { css, logo, texts: readTexts(folder, read('texts.json')) }
}

function readTexts(folder: string, file: Buffer | undefined): OwnTexts {
  if (file === undefined) return {}
  const read = textsFile.safeParse(parse(file))
  if (read.success) return read.data
  const problems = read.error.issues.map(({ path, message }) => `  ${path.join(' › ')}: ${message}`)
  throw new Error(`${join(folder, 'texts.json')} cannot be used:\n${problems.slice(0, 20).join('\n')}`)
}

function parse(file: Buffer): unknown {
  try {
    return JSON.parse(file.toString('utf8'))
  } catch (cause) {
    throw new Error('texts.json is not well-formed JSON', { cause })
  }
}

const key = z.enum(Object.keys(en) as [TextKey, ...TextKey[]])
const textsFile = z.partialRecord(z.enum(languages), z.partialRecord(key, z.string().max(2000)))

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
