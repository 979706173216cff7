/** A place in a text that is filled in: `{name}`. */
export const placeholder = /\{(\w+)\}/g

/** What places are filled with; undefined for what is not known. */
export type Fillings = Readonly<Record<string, string | undefined>>

/** The text with its places filled; undefined if a value is missing. */
export function fill(text: string, values: Fillings): string | undefined {
  let whole = true
  const filled = text.replace(placeholder, (_, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined
    if (value === undefined) whole = false
    return value ?? ''
  })
  return whole ? filled : undefined
}
