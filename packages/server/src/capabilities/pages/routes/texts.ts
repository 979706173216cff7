import { en } from './texts/en.ts'

export type TextKey = keyof typeof en

/** The texts of pages in one language: `t('sign-in.title')`, with values for its placeholders. */
export interface Texts {
  (key: TextKey, values?: Readonly<Record<string, string>>): string
  /** A text that may not exist, such as one for a code that others define. */
  optional(key: string): string | undefined
}

const catalogues = { en } as Record<string, Readonly<Record<string, string>>>

export function textsIn(lang: string): Texts {
  const texts: Readonly<Record<string, string>> = catalogues[lang] ?? en
  const t = (key: TextKey, values: Readonly<Record<string, string>> = {}): string =>
    (texts[key] ?? en[key]).replace(/\{(\w+)\}/g, (placeholder, name: string) => values[name] ?? placeholder)
  return Object.assign(t, { optional: (key: string) => (Object.hasOwn(texts, key) ? texts[key] : undefined) })
}

export const directionOf = (lang: string): 'ltr' | 'rtl' => (lang === 'ar' ? 'rtl' : 'ltr')

/** The languages of the pages, each by its own name. */
export const languages: Readonly<Record<string, string>> = {
  en: 'English',
  de: 'Deutsch',
  es: 'Español',
  fr: 'Français',
  ja: '日本語',
  ar: 'العربية',
}
