/** The languages that people are written to in; the first is used where no other is wanted. */
export const languages = ['en', 'de', 'es', 'fr', 'ja', 'ar'] as const

export type Language = (typeof languages)[number]

/** A tag of RFC 5646 as far as it matters here: its first part is the language. */
const tag = /^([a-z]{2,3})(?:-[a-z0-9-]{1,32})?$/i
/** An `Accept-Language` is read so far, in characters; no browser sends more. */
const longestHeader = 512

/** The language of a locale such as `de-AT`, if texts exist in it. */
export function languageOf(locale: string | null | undefined): Language | undefined {
  const [, primary] = tag.exec(locale ?? '') ?? []
  return languages.find((each) => each === primary?.toLowerCase())
}

/**
 * The language to write in: the person's own choice, then what their browser asks for (`Accept-Language`, RFC 9110,
 * section 12.5.4), then English.
 *
 * @example chooseLanguage(['fr-CA'], undefined) // 'fr'
 */
export function chooseLanguage(
  locales: readonly (string | null | undefined)[],
  acceptLanguage: string | undefined,
): Language {
  for (const locale of locales) {
    const language = languageOf(locale)
    if (language !== undefined) return language
  }
  return accepted(acceptLanguage) ?? languages[0]
}

function accepted(header: string | undefined): Language | undefined {
  const wanted = (header ?? '')
    .slice(0, longestHeader)
    .split(',')
    .map((part) => {
      const [range = '', ...parameters] = part.split(';').map((each) => each.trim())
      const quality = parameters.find((each) => /^q=/i.test(each))?.slice(2)
      return { language: languageOf(range), weight: quality === undefined ? 1 : Number(quality) }
    })
    .filter(({ weight }) => weight > 0 && weight <= 1)
    .sort((one, other) => other.weight - one.weight)
  return wanted.find(({ language }) => language !== undefined)?.language
}

/** Which way a language is written, as HTML's `dir` says it. */
export const directionOf = (language: Language): 'ltr' | 'rtl' => (language === 'ar' ? 'rtl' : 'ltr')
