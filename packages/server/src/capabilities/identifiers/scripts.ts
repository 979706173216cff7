import type { Reading } from '../../platform/reading.ts'

/**
 * The scripts that a name can be written in: those in everyday use (UAX #31, table 5). Han is listed as the three
 * writing systems that mix it with other scripts (ISO 15924: Jpan, Kore, Hanb).
 */
const scripts = {
  // without phonetic letters such as ɑ and ɡ, clicks such as ǀ, and small capitals: they pass for plain letters
  Latin:
    /^[A-Za-zªº\u00c0-\u01bf\u01c4-\u024f\u0253-\u0257\u0259\u025b\u0263\u0268\u026f\u0272\u0289\u028a\u028b\u0292\u1e00-\u1eff]$/u,
  Greek: /^\p{Script=Greek}$/u,
  Cyrillic: /^\p{Script=Cyrillic}$/u,
  Armenian: /^\p{Script=Armenian}$/u,
  Georgian: /^\p{Script=Georgian}$/u,
  Hebrew: /^\p{Script=Hebrew}$/u,
  Arabic: /^\p{Script=Arabic}$/u,
  Thaana: /^\p{Script=Thaana}$/u,
  Ethiopic: /^\p{Script=Ethiopic}$/u,
  Devanagari: /^\p{Script=Devanagari}$/u,
  Bengali: /^\p{Script=Bengali}$/u,
  Gurmukhi: /^\p{Script=Gurmukhi}$/u,
  Gujarati: /^\p{Script=Gujarati}$/u,
  Oriya: /^\p{Script=Oriya}$/u,
  Tamil: /^\p{Script=Tamil}$/u,
  Telugu: /^\p{Script=Telugu}$/u,
  Kannada: /^\p{Script=Kannada}$/u,
  Malayalam: /^\p{Script=Malayalam}$/u,
  Sinhala: /^\p{Script=Sinhala}$/u,
  Thai: /^\p{Script=Thai}$/u,
  Lao: /^\p{Script=Lao}$/u,
  Tibetan: /^\p{Script=Tibetan}$/u,
  Myanmar: /^\p{Script=Myanmar}$/u,
  Khmer: /^\p{Script=Khmer}$/u,
  // the prolonged sound mark ー belongs to both Japanese syllabaries
  Japanese: /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]$/u,
  Korean: /^[\p{Script=Hangul}\p{Script=Han}]$/u,
  Chinese: /^[\p{Script=Han}\p{Script=Bopomofo}]$/u,
} as const

export type Script = keyof typeof scripts

const written = /[\p{L}\p{M}]/u
const firstIsMark = /(?:^|[^\p{L}\p{M}])\p{M}/u
const repeatedMark = /(\p{M})\1/u

/** The one script of all letters of `text`; undefined where there are only digits and punctuation. */
export function readScript(text: string): Reading<Script | undefined> {
  const letters = [...text].filter((c) => written.test(c))
  if (firstIsMark.test(text) || repeatedMark.test(text)) {
    return {
      ok: false,
      code: 'invalid_characters',
      detail: 'An accent or vowel sign has no letter to belong to.',
    }
  }
  if (letters.length === 0) return { ok: true, value: undefined }
  const names = Object.keys(scripts) as Script[]
  const unknown = letters.find((letter) => !names.some((name) => scripts[name].test(letter)))
  if (unknown !== undefined) {
    return {
      ok: false,
      code: 'invalid_characters',
      detail: 'A letter in it is not in common use, or looks like another one.',
    }
  }
  const script = names.find((name) => letters.every((letter) => scripts[name].test(letter)))
  if (script === undefined) {
    return { ok: false, code: 'mixed_scripts', detail: 'The letters of a username come from one script.' }
  }
  return { ok: true, value: script }
}
