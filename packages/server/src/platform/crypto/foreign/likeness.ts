import { randomBytes } from 'node:crypto'
import { unpadded } from './encoding.ts'

const shaCrypt = /^\$([56])\$(?:rounds=\d+\$)?/
const bcrypt = /^(?:\$bcrypt-sha256)?\$2[aby]\$\d\d\$/

/**
 * What checking a password against a stored hash costs: its text up to the salt. The hashes of one product share one, or
 * a few.
 *
 * @example costOf('$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW') // '$2b$12$'
 */
export function costOf(stored: string): string {
  const [cost] = bcrypt.exec(stored) ??
    shaCrypt.exec(stored) ?? [`${stored.split('$').slice(0, -2).join('$')}$`]
  return cost
}

/** A hash of nobody's password, which takes as long to check as others of this cost. */
export function hashOfCost(cost: string): string {
  const letters = (count: number): string =>
    randomBytes(count).toString('base64').replaceAll('+', '.').slice(0, count)
  if (bcrypt.test(cost)) return `${cost}${letters(53)}`
  const [, id] = shaCrypt.exec(cost) ?? []
  if (id !== undefined) return `${cost}${letters(16)}$${letters(id === '5' ? 43 : 86)}`
  return `${cost}${unpadded(randomBytes(16))}$${unpadded(randomBytes(32))}`
}
