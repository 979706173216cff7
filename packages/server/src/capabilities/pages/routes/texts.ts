import type { Language } from '../../../texts/languages.ts'
import { ar } from './texts/ar.ts'
import { de } from './texts/de.ts'
import { en, type TextKey } from './texts/en.ts'
import { es } from './texts/es.ts'
import { fr } from './texts/fr.ts'
import { ja } from './texts/ja.ts'

export type { TextKey }

/** The texts of pages in one language: `t('sign-in.title')`, with values for its placeholders. */
export interface Texts {
  (key: TextKey, values?: Readonly<Record<string, string>>): string
  /** A text that may not exist, such as one for a code that others define. */
  optional(key: string): string | undefined
}

type Catalogue = Readonly<Record<string, string>>

const catalogues: Readonly<Record<Language, Catalogue>> = { en, de, es, fr, ja, ar }

/**
 * The texts in every language.
 *
 * @param own those of the theme, which come before the server's
 */
export function textsOf(own: Readonly<Partial<Record<Language, Catalogue>>> = {}): Record<Language, Texts> {
  const { en, de, es, fr, ja, ar } = catalogues
  return {
    en: textsIn(en, own.en),
    de: textsIn(de, own.de),
    es: textsIn(es, own.es),
    fr: textsIn(fr, own.fr),
    ja: textsIn(ja, own.ja),
    ar: textsIn(ar, own.ar),
  }
}

function textsIn(catalogue: Catalogue, own: Catalogue | undefined): Texts {
  const texts = own === undefined ? catalogue : { ...catalogue, ...own }
  const t = (key: TextKey, values: Readonly<Record<string, string>> = {}): string =>
    (texts[key] ?? en[key]).replace(/\{(\w+)\}/g, (placeholder, name: string) => values[name] ?? placeholder)
  return Object.assign(t, { optional: (key: string) => (Object.hasOwn(texts, key) ? texts[key] : undefined) })
}

export const directionOf = (language: Language): 'ltr' | 'rtl' => (language === 'ar' ? 'rtl' : 'ltr')

/** The languages of the pages, each by its own name. */
export const languages: Readonly<Record<Language, string>> = {
  en: 'English',
  de: 'Deutsch',
  es: 'Español',
  fr: 'Français',
  ja: '日本語',
  ar: 'العربية',
}
