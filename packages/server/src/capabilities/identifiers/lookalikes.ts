/**
 * Letters of other scripts that pass for Latin ones in lower or upper case, by their lower case. Where the two
 * cases look like different letters, the lower one counts.
 */
const latinLookalikes = new Map(
  Object.entries({
    // Cyrillic
    а: 'a',
    в: 'b',
    ь: 'b',
    с: 'c',
    ԁ: 'd',
    е: 'e',
    ѐ: 'e',
    ё: 'e',
    һ: 'h',
    н: 'h',
    і: 'i',
    ї: 'i',
    ј: 'j',
    к: 'k',
    ӏ: 'l',
    м: 'm',
    о: 'o',
    р: 'p',
    ԛ: 'q',
    ѕ: 's',
    т: 't',
    ѵ: 'v',
    ԝ: 'w',
    х: 'x',
    у: 'y',
    ү: 'y',
    ў: 'y',
    // Greek
    α: 'a',
    β: 'b',
    ϲ: 'c',
    ε: 'e',
    η: 'h',
    ι: 'i',
    ϊ: 'i',
    ϳ: 'j',
    κ: 'k',
    μ: 'm',
    ν: 'v',
    ο: 'o',
    ρ: 'p',
    τ: 't',
    υ: 'u',
    ϋ: 'u',
    ω: 'w',
    χ: 'x',
    ζ: 'z',
    // Armenian
    ց: 'g',
    հ: 'h',
    լ: 'l',
    ո: 'n',
    օ: 'o',
    գ: 'q',
    զ: 'q',
    ս: 'u',
  }),
)

const letter = /\p{L}/u

/**
 * Writes a case-folded name in Latin letters when all its letters look like Latin ones (Cyrillic `раура`): written
 * in one script, and yet to be mistaken for somebody else. Other names stay as they are.
 *
 * @example latinised('сара') // 'capa', Cyrillic to Latin
 * @example latinised('вася') // 'вася': я is not like any Latin letter
 */
export function latinised(folded: string): string {
  const codePoints = [...folded]
  const allAlike = codePoints.every((c) => !letter.test(c) || latinLookalikes.has(c))
  return allAlike ? codePoints.map((c) => latinLookalikes.get(c) ?? c).join('') : folded
}

/** A case-folded text with each letter that looks like a Latin one written as that. */
export const inLatin = (folded: string): string =>
  [...folded].map((c) => latinLookalikes.get(c) ?? c).join('')
