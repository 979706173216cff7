import { declarationOf, declarationSource } from './declared.ts'
import type { Step } from './registration.ts'

/** Middleware that is known to hand on (cors answers nothing but OPTIONS). */
const handsOn = new Set([
  'jsonParser',
  'urlencodedParser',
  'rawParser',
  'textParser',
  'corsMiddleware',
  'cors',
  'query',
  'expressInit',
  'cookieParser',
  'helmetMiddleware',
  'compression',
  'logger',
  'session',
])

/**
 * Reads one function of a chain: a guard by what it carries, anything else by how many parameters it takes.
 *
 * @param answers how many parameters a function takes that is given no way to hand on: `(req, res)`, `(c)`
 */
export function stepOf(handle: unknown, answers: number): Step {
  const declaration = declarationOf(handle)
  if (declaration !== undefined) return { kind: 'guard', declaration, source: declarationSource(handle) }
  const { name, length } = typeof handle === 'function' ? handle : { name: '', length: 0 }
  const shown = name === '' ? 'an unnamed function' : name
  if (handsOn.has(name)) return { kind: 'function', name: shown, ends: 'never' }
  return { kind: 'function', name: shown, ends: length === answers ? 'always' : 'maybe' }
}
