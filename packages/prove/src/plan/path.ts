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
    .replace(/\*\w*/g, 'prove')
  return missing === undefined ? { path: filled } : { missing }
}

/** The same request in another spelling: a guard that compares paths itself may not notice. */
export function vary(path: string, variant: Variant | undefined): string {
  switch (variant) {
    case 'trailing slash':
      return `${path}/`
    case 'upper case':
      return path.toUpperCase()
    case 'doubled slash':
      return path.replace(/\/(?=[^/]*$)/, '//')
    case 'encoded letter':
      return path.replace(/[a-z]/i, (letter) => `%${letter.charCodeAt(0).toString(16)}`)
    default:
      return path
  }
}
