import { randomInt, timingSafeEqual } from 'node:crypto'
import type { Context } from '../../context.ts'

/** What proves that a message arrived: the token of its link, or its code together with the asker's id of the challenge. */
export type Proof = { readonly token: string } | { readonly challenge: string; readonly code: string }

const digits = 6

/** A new code: six random digits. */
export function newCode(): string {
  return String(randomInt(10 ** digits)).padStart(digits, '0')
}

/** A code as it was sent, whatever spaces, hyphens or wide digits it was typed with; undefined for anything else. */
export function readCode(typed: string): string | undefined {
  if (typed.length > 32) return undefined
  const code = typed.normalize('NFKC').replace(/[\s-]/g, '')
  return /^[0-9]{6}$/.test(code) ? code : undefined
}

/** What is stored instead of a code. It has few values, so the digest is keyed, and bound to its challenge. */
export const digestOfCode = (ctx: Context, id: string, code: string): string =>
  ctx.sealer.digest(`${id}\n${code}`, 'challenge code')

/** Whether both digests are the same, in constant time. */
export function sameDigest(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}
