import { printPattern } from './pattern.ts'
import type { Registration } from './registration.ts'
import { printSource, type Source } from './source.ts'

/** `GET /users/:userId` */
export const nameOf = ({ method, pattern }: Pick<Registration, 'method' | 'pattern'>): string =>
  `${method} ${printPattern(pattern)}`

/** ` (src/app.ts:12)`, or nothing where it is not known. */
export const place = (source: Source | undefined): string =>
  source === undefined ? '' : ` (${printSource(source)})`
