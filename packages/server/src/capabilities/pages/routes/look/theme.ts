import { createHash } from 'node:crypto'
import type { Context as HonoContext } from 'hono'
import { chooseLanguage, type Language } from '../../../../texts/languages.ts'
import { directionOf, type Texts, textsOf } from '../texts.ts'
import type { Assets, Look, Section } from './appearance.ts'
import { icon } from './icon.ts'
import { style } from './style.ts'
import type { ThemeFiles } from './theme-files.ts'

/** A file that pages load from this server. */
export interface Asset {
  readonly path: string
  readonly type: string
  readonly body: Uint8Array<ArrayBuffer>
}

/** How the pages of this server look. */
export interface Theme {
  readonly application: string
  readonly base: string
  readonly files: readonly Asset[]
  readonly assets: Assets
  readonly sections: readonly Section[]
  /** Those of the server, and the theme's own before them. */
  readonly texts: Readonly<Record<Language, Texts>>
  /** What pages may load and do (Content Security Policy, level 3): nothing inline, nothing from elsewhere. */
  readonly policy: string
}

/** The sections of `/account`; a capability that adds pages there lists them here. */
const sections: readonly Section[] = [
  { path: '/account', label: 'account.profile' },
  { path: '/account/security', label: 'account.security' },
  { path: '/account/devices', label: 'account.devices' },
  { path: '/account/data', label: 'account.data' },
]

/** The look of all pages: built once, from the settings and the files of the theme's folder. */
export function createTheme(issuer: string, application: string, given: ThemeFiles): Theme {
  const css = asset('style', 'css', 'text/css; charset=UTF-8', Buffer.from(style))
  const favicon = asset('icon', 'svg', 'image/svg+xml', Buffer.from(icon))
  const theme = given.css && asset('theme', 'css', 'text/css; charset=UTF-8', given.css)
  const logo = given.logo && asset('logo', given.logo.extension, given.logo.type, given.logo.bytes)
  return {
    application,
    base: new URL(issuer).pathname.replace(/\/$/, ''),
    files: [css, favicon, theme, logo].filter((file) => file !== undefined),
    assets: { style: css.path, icon: favicon.path, theme: theme?.path, logo: logo?.path },
    sections,
    texts: textsOf(given.texts),
    policy,
  }
}

const policy = [
  "default-src 'none'",
  "style-src 'self'",
  "img-src 'self' data:",
  "script-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** The path names the content, so that a browser may keep the file for good. */
function asset(name: string, extension: string, type: string, body: Buffer): Asset {
  const digest = createHash('sha256').update(body).digest('base64url').slice(0, 16)
  return { path: `/pages/${name}.${digest}.${extension}`, type, body: new Uint8Array(body) }
}

/**
 * The look of one answer: the theme in the reader's language.
 *
 * @param locale the one that the reader has chosen, where they are known
 */
export function lookOf(
  c: HonoContext,
  { application, base, assets, sections, texts }: Theme,
  locale?: string,
): Look {
  const lang = chooseLanguage([locale], c.req.header('Accept-Language'))
  return { t: texts[lang], lang, direction: directionOf(lang), base, application, assets, sections }
}
