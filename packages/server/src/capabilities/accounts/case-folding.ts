/**
 * Folds case the way identifiers are compared (the spirit of Unicode's NFKC_Casefold, which JavaScript lacks):
 * there and back through upper case joins `ß`, `ẞ` and `ss`, both sigmas, dotless and dotted i. Code point by code
 * point, because lower-casing a whole word treats its last sigma differently, and then a part of a name would no
 * longer be found in it.
 */
export function foldCase(text: string): string {
  const folded = Array.from(text.normalize('NFKC'), foldCodePoint).join('')
  // İ folds to an i with a dot above it, which nobody can tell from an i
  return folded.replaceAll('i\u0307', 'i').normalize('NFKC')
}

function foldCodePoint(codePoint: string): string {
  return codePoint.toLowerCase().toUpperCase().toLowerCase()
}
