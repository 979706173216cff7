import { describe, expect, test } from 'vitest'
import { placeholder } from '../fill.ts'
import { languages } from '../languages.ts'
import { mailTexts } from './index.ts'

/** Every text by its path, with the places that it fills. */
function placesOf(value: unknown, path = ''): [string, string][] {
  if (typeof value === 'string')
    return [
      [
        path,
        [...value.matchAll(placeholder)]
          .map(([place]) => place)
          .sort()
          .join(' '),
      ],
    ]
  return Object.entries(value as object).flatMap(([key, each]) => placesOf(each, `${path}/${key}`))
}

/** Every text by its path. */
function textsOf(value: unknown, path = ''): [string, string][] {
  if (typeof value === 'string') return [[path, value]]
  return Object.entries(value as object).flatMap(([key, each]) => textsOf(each, `${path}/${key}`))
}

describe.each(languages.filter((language) => language !== 'en'))('the mail in %s', (language) => {
  test('has every text, with the same places', async () => {
    expect(placesOf(await mailTexts(language))).toEqual(placesOf(await mailTexts('en')))
  })

  test('is written in it: no text is the English one', async () => {
    const english = new Map(textsOf(await mailTexts('en')))
    const same = textsOf(await mailTexts(language)).filter(([path, text]) => english.get(path) === text)
    // words that German took over
    expect(same.map(([, text]) => text).filter((text) => text !== 'Passkeys')).toEqual([])
  })
})

test.each(languages)(
  'no text in %s has an empty part, a stray brace or two spaces in a row',
  async (language) => {
    for (const [path, text] of textsOf(await mailTexts(language)))
      expect(text.replace(placeholder, 'x'), path).toMatch(/^(?!.*[{}]|.* {2})\S.*\S$/s)
  },
)
