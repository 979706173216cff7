import { hash, randomBytes } from 'node:crypto'
import type { Context } from '../../context.ts'
import { replaceRecoveryCodes, takeRecoveryCode } from './recovery-store.ts'

/** How many codes a user gets at a time. */
const count = 10

/** 120 bits in 24 characters: a code with 112 bits or more may be stored under a plain hash (SP 800-63B-4, look-up secrets). */
const bytes = 15

/** Base32 without the letters that look like digits (Crockford): i, l, o and u. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'

/** Gives a user new codes, in place of those before; they are shown once. In the transaction that `ctx` is. */
export async function makeRecoveryCodes(ctx: Context, userId: string): Promise<string[]> {
  const codes = Array.from({ length: count }, newCode)
  await replaceRecoveryCodes(ctx.db, userId, codes.map(digestOf), ctx.clock.now())
  return codes
}

/** Whether a code is one of the user's; it is gone then. In the transaction that `ctx` is. */
export async function useRecoveryCode(ctx: Context, userId: string, typed: string): Promise<boolean> {
  const code = readCode(typed)
  return code !== undefined && (await takeRecoveryCode(ctx.db, userId, digestOf(code)))
}

/** `7k2m-…`: six groups of four. */
function newCode(): string {
  const bits = [...randomBytes(bytes)].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  const letters = bits.match(/.{5}/g)?.map((five) => alphabet[Number.parseInt(five, 2)]) ?? []
  return letters.join('').match(/.{4}/g)?.join('-') ?? ''
}

/** A code as it was shown, however it was typed: capitals, spaces, and letters for the digits that they look like. */
function readCode(typed: string): string | undefined {
  if (typed.length > 100) return undefined
  const plain = typed.normalize('NFKC').toLowerCase().replace(/[\s-]/g, '')
  const code = plain.replace(/o/g, '0').replace(/[il]/g, '1')
  return /^[0-9a-hjkmnp-tv-z]{24}$/.test(code) ? (code.match(/.{4}/g)?.join('-') ?? '') : undefined
}

const digestOf = (code: string): string => hash('sha256', `recovery code ${code}`, 'base64url')
