import { createHash, pbkdf2Sync, scryptSync } from 'node:crypto'
import bcrypt from 'bcryptjs'
import { expect, test } from 'vitest'
import { readBase64 } from './encoding.ts'
import { firebaseHash, readFirebaseParameters } from './firebase.ts'
import { costOf, hashOfCost } from './likeness.ts'
import { acceptHash, readForeignHash, readKeycloakHash } from './read.ts'
import { verifyForeign } from './verify.ts'

const password = 'pässword 1'

function stored(reading: ReturnType<typeof readForeignHash>): string {
  if (!reading.ok) throw new Error(reading.detail)
  return reading.value
}

/** Hashes that were published by their authors, or made by the product or library itself. */
const made: Record<string, [hash: string, password: string]> = {
  // the reference implementation's tests
  argon2i: [
    '$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweHKfbftvj+qf+YFY4NeBbtA',
    'password',
  ],
  argon2id: [
    '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',
    'password',
  ],
  // Ulrich Drepper's specification of SHA-crypt
  'SHA-crypt $5$': ['$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5', 'Hello world!'],
  'SHA-crypt $6$, rounds': [
    '$6$rounds=10000$saltstringsaltst$OW1/O6BYHV6BcXZu8QVeXbDWra3Oeqh0sbHbbMCVNSnCM/UrjmM0Dp8vOuZeHBy/YTBmSK6H9qs/y3RnOaw5v.',
    'Hello world!',
  ],
  'bcrypt $2a$': ['$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW', 'U*U'],
  'libxcrypt bcrypt': ['$2b$12$WjqdbzbpyNd/gcFcteGzTe4NnL6ZU1rgkfqDjUxVfQLggk5IiW.sG', password],
  'Werkzeug PBKDF2': [
    'pbkdf2:sha256:1000$VThUsJcKVkeycayt$59f32b9c3c31deb78aa6e1cd16645990bee750e4f01610ffc5dc75888c9ce59d',
    password,
  ],
  'Supabase, from Firebase': [
    '$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,sk=ou9tdYTGyYm8kuR6Dt0Bp0kDuAYoXrK16mbZO4yGwAn3oLspjnN0/c41v8xZnO1n14J3MjKj1b2g6AUCAlFwMw==$C0sHCg9ek77hsg==$zKVTMvnWVw5BBOZNUdnsalx4c4c7y/w7IS5p6Ut2+CfEFFlz37J9huyQfov4iizN8dbjvEJlM5tQaJP84+hfTw==',
    'mytestpassword',
  ],
}

test.each(Object.entries(made))('checks a hash of %s', (_, [hash, right]) => {
  const kept = stored(readForeignHash(hash))
  expect([verifyForeign(kept, right), verifyForeign(kept, `${right}.`)]).toEqual([true, false])
  // what is stored reads as itself
  expect(readForeignHash(kept)).toEqual({ ok: true, value: kept })
})

/** Hashes made here by the formulas that the products' sources show. */
const formed: Record<string, string> = {
  Django: `pbkdf2_sha256$2000$seasalt$${pbkdf2Sync(password, 'seasalt', 2000, 32, 'sha256').toString('base64')}`,
  'Django scrypt': `scrypt$16384$seasalt$8$1$${scryptSync(password, 'seasalt', 64).toString('base64')}`,
  'Django bcrypt_sha256': `bcrypt_sha256$${bcrypt.hashSync(createHash('sha256').update(password).digest('hex'), 4)}`,
  'Django bcrypt': `bcrypt$${bcrypt.hashSync(password, 4)}`,
  'Werkzeug scrypt': `scrypt:32768:8:1$sAlt$${scryptSync(password, 'sAlt', 64, { N: 32768, maxmem: 2 ** 27 }).toString('hex')}`,
  'Werkzeug SHA-512': `pbkdf2:sha512:1000$sAlt$${pbkdf2Sync(password, 'sAlt', 1000, 64, 'sha512').toString('hex')}`,
  passlib: `$pbkdf2-sha256$1000$c2Vhc2FsdA$${pbkdf2Sync(password, 'seasalt', 1000, 32, 'sha256').toString('base64').replaceAll('+', '.').replace('=', '')}`,
}

test.each(Object.entries(formed))('checks a hash as %s writes it', (_, hash) => {
  const kept = stored(readForeignHash(hash))
  expect([verifyForeign(kept, password), verifyForeign(kept, 'pässword 2')]).toEqual([true, false])
})

test('checks what better-auth made, in any composition of the characters', () => {
  const hash =
    '6df7b753db925d546b436b4781b108ae:9ff59eee66412176060e6e4fb7e3b3fffcaf275a1b6c1178d67ba52581992995b9c93f8e67fa851fbbf47bba3b1cadbb4f23ba121c0da1addce048561f0ca599'
  const kept = stored(readForeignHash(hash))
  expect(['ﬁancé 1', 'fiance\u0301 1', 'fiance 1'].map((typed) => verifyForeign(kept, typed))).toEqual([
    true,
    true,
    false,
  ])
})

test('checks what Firebase made, and keeps no signer key', () => {
  // the example of Firebase's own scrypt
  const parameters = readFirebaseParameters(`hash_config {
    algorithm: SCRYPT,
    base64_signer_key: jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==,
    base64_salt_separator: Bw==,
    rounds: 8,
    mem_cost: 14,
  }`)
  if (parameters === undefined) throw new Error('the parameters were not read')
  const hash = readBase64(
    'lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==',
  )
  const kept = stored(acceptHash(firebaseHash(parameters, readBase64('42xEC+ixf3L2lw=='), hash)))
  expect([verifyForeign(kept, 'user1password'), verifyForeign(kept, 'user2password')]).toEqual([true, false])
  expect(kept).not.toContain('jxspr8Ki0RYycVU8')
})

test('checks what Keycloak made', () => {
  const salt = Buffer.from('0123456789abcdef')
  const value = pbkdf2Sync(password, salt, 27_500, 32, 'sha256').toString('base64')
  const kept = stored(
    readKeycloakHash(
      { hashIterations: 27_500, algorithm: 'pbkdf2-sha256', additionalParameters: {} },
      { value, salt: salt.toString('base64'), additionalParameters: {} },
    ),
  )
  expect([verifyForeign(kept, password), verifyForeign(kept, 'other')]).toEqual([true, false])
  const argon2 = readKeycloakHash(
    {
      hashIterations: 2,
      algorithm: 'argon2',
      additionalParameters: {
        memory: ['65536'],
        type: ['id'],
        version: ['1.3'],
        parallelism: ['1'],
        hashLength: ['32'],
      },
    },
    { value: 'CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc=', salt: 'c29tZXNhbHQ=' },
  )
  expect(verifyForeign(stored(argon2), 'password')).toBe(true)
})

test('counts the first 72 bytes with bcrypt, as bcrypt always did', () => {
  const kept = stored(readForeignHash(bcrypt.hashSync('x'.repeat(80), 4)))
  expect([72, 71].map((length) => verifyForeign(kept, 'x'.repeat(length)))).toEqual([true, false])
})

test('lets no overlong password take up a thread', () => {
  const hash = `$6$saltstring$${'1'.repeat(86)}`
  expect(verifyForeign(stored(readForeignHash(hash)), 'x'.repeat(1_000_000))).toBe(false)
})

const scryptOf = (n: number, r = 8, p = 1): string => `scrypt:${n}:${r}:${p}$salt$${'ab'.repeat(64)}`
test.each([
  ['bcrypt', `$2b$31$${'a'.repeat(53)}`],
  ['PBKDF2', `pbkdf2:sha256:99999999$salt$${'ab'.repeat(32)}`],
  ['scrypt memory', scryptOf(2 ** 20)],
  ['scrypt work', scryptOf(2 ** 14, 8, 4096)],
  ['scrypt r', scryptOf(2, 999_999_999)],
  [
    'argon2 memory',
    '$argon2id$v=19$m=4194304,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',
  ],
  [
    'argon2 passes',
    '$argon2i$v=19$m=65536,t=4000000,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',
  ],
  ['SHA-crypt', `$6$rounds=999999999$abc$${'a'.repeat(86)}`],
])('refuses a hash that would take too long or too much memory to check: %s', (_, hash) => {
  expect(readForeignHash(hash)).toMatchObject({ ok: false, code: 'costly_hash' })
  // and one that got into the database in another way is not computed
  expect(() => verifyForeign(hash, 'x')).toThrow('too costly')
})

test.each([
  ['', 'malformed_hash'],
  ['hunter2', 'malformed_hash'],
  ['$2b$10$short', 'malformed_hash'],
  ['pbkdf2_sha256$0$salt$aaaa', 'malformed_hash'],
  ['scrypt:1000:8:1$salt$abcd', 'malformed_hash'],
  ['$6$salt$short', 'malformed_hash'],
  [`$6$sa=lt$${'a'.repeat(86)}`, 'malformed_hash'],
  [`$6$salt$${'a'.repeat(86)}\0`, 'malformed_hash'],
  ['md5$abc$900150983cd24fb0d6963f7d28e17f72', 'unsupported_hash'],
  ['$1$abc$BXBqpb9BZcZhXLgbee.0s/', 'unsupported_hash'],
  ['$argon2d$v=19$m=8,t=1,p=1$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweA', 'unsupported_hash'],
])('refuses %j by name, without repeating it', (hash, code) => {
  const reading = readForeignHash(hash)
  expect(reading).toMatchObject({ ok: false, code })
  if (hash !== '') expect(JSON.stringify(reading)).not.toContain(hash)
})

test.each([
  '$2b$04$',
  '$bcrypt-sha256$2b$04$',
  '$5$rounds=1000$',
  '$6$',
  '$pbkdf2-sha256$i=1000$',
  '$scrypt$ln=4,r=8,p=1$',
  '$scrypt-nfkc$ln=4,r=8,p=1$',
  '$scrypt-firebase$ln=4,r=8,p=1$',
  '$argon2id$v=19$m=64,t=1,p=1$',
])('makes a hash of nobody’s that costs %s to check', (cost) => {
  const hash = hashOfCost(cost)
  expect(costOf(hash)).toBe(cost)
  expect(verifyForeign(hash, password)).toBe(false)
})
