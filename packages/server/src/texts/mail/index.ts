import type { Language } from '../languages.ts'
import type { MailTexts } from './shape.ts'

const loaders: Readonly<Record<Language, () => Promise<{ texts: MailTexts }>>> = {
  en: () => import('./en.ts'),
  de: () => import('./de.ts'),
  es: () => import('./es.ts'),
  fr: () => import('./fr.ts'),
  ja: () => import('./ja.ts'),
  ar: () => import('./ar.ts'),
}

/** What mail says in a language; each is loaded when it is first needed. */
export async function mailTexts(language: Language): Promise<MailTexts> {
  return (await loaders[language]()).texts
}

export type { MailTexts } from './shape.ts'
