import type { Parameters } from '../config.ts'
import type { Variant } from './attempt.ts'

const parameter = /:(\w+)(?:\{[^}]*\})?\??/g

/** The path of a route with its parameters filled in; undefined, with the missing one's name, where one is unknown. */
export function fill(path: string, values: Parameters): { path: string } | { missing: string } {
  let missing: string | undefined
  const filled = path
    .replace(parameter, (_, name: string) => {
      const value = values[name]
      if (value === undefined) missing ??= name
      return encodeURIComponent(value ?? '')
    })
    // a wildcard stands for one part of a path or for several
    .replace(/\*(\w*)/g, (_, name: string) =>
      (values[name] ?? 'prove').split('/').map(encodeURIComponent).join('/'),
    )
  return missing === undefined ? { path: filled } : { missing }
}

/**
 * The same request in another spelling: a guard that compares paths itself may not notice. Only what is fixed in
 * `pattern` is spelt differently: another spelling of an id is another id.
 */
export function vary(path: string, variant: Variant | undefined, pattern: string): string {
  switch (variant) {
    case 'trailing slash':
      return `${path}/`
    case 'upper case':
      return fixedParts(path, pattern, (part) => part.toUpperCase())
    case 'doubled slash':
      return path.replace(/\/(?=[^/]*$)/, '//')
    case 'encoded letter': {
      let done = false
      return fixedParts(path, pattern, (part) =>
        part.replace(/[a-z]/i, (letter) => {
          if (done) return letter
          done = true
          return `%${letter.charCodeAt(0).toString(16)}`
        }),
      )
    }
    default:
      return path
  }
}

function fixedParts(path: string, pattern: string, change: (part: string) => string): string {
  const names = pattern.split('/')
  return path
    .split('/')
    .map((part, index) => (/[:*{]/.test(names[index] ?? ':') ? part : change(part)))
    .join('/')
}

/** Whether a path has a fixed letter whose case or spelling could be changed. */
export const hasLetters = (pattern: string): boolean =>
  pattern.split('/').some((part) => !/[:*{]/.test(part) && /[a-z]/i.test(part))
