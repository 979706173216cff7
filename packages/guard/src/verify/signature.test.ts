import { describe, expect, it } from 'vitest'
import { createTestIssuer } from '../testing/index.ts'
import { splitCompact } from './compact.ts'
import { importSecret } from './key.ts'
import { checkSignature } from './signature.ts'

const issuer = createTestIssuer({ audience: 'lounge', alg: 'HS256' })
const key = importSecret(issuer.key.publicKey.export())
const { signingInput, signature } = splitCompact(issuer.sign())
const check = (presented: string): boolean => checkSignature(key, 'HS256', signingInput, presented)

describe('a code made with a shared secret', () => {
  it('matches as it is written', () => expect(check(signature)).toBe(true))

  it.each([
    ['one letter differs', (text: string) => (text.startsWith('A') ? 'B' : 'A') + text.slice(1)],
    ['a part is missing', (text: string) => text.slice(0, -3)],
    ['it is that of another length', (text: string) => `AAAA${text}`],
  ])('does not match when %s', (_what, change) => expect(check(change(signature))).toBe(false))

  it.each([
    ['a letter whose low byte is the right one', (text: string) => wide(text)],
    ['padding', (text: string) => `${text}=`],
    ['stray bits in the last letter', (text: string) => text.slice(0, -1) + strayed(text.at(-1) ?? '')],
  ])('is no base64url with %s', (_what, change) => {
    expect(() => check(change(signature))).toThrow(expect.objectContaining({ code: 'token_malformed' }))
  })
})

/** The first letter moved up by 256: cut down to a byte it would be the same. */
const wide = (text: string): string => String.fromCharCode(text.charCodeAt(0) + 256) + text.slice(1)

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
/** The next letter: its bits differ only in the two that a code of 32 bytes leaves over. */
const strayed = (letter: string): string => alphabet[alphabet.indexOf(letter) + 1] ?? ''
