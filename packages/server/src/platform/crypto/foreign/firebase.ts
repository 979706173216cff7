import { readBase64 } from './encoding.ts'
import { type ForeignHash, scrypt } from './hashes.ts'

/** What a Firebase project hashes all its passwords with. */
export interface FirebaseParameters {
  readonly signerKey: Buffer
  readonly saltSeparator: Buffer
  readonly rounds: number
  readonly memoryCost: number
}

/**
 * A password hash of Firebase: the project's signer key, encrypted under a key that scrypt derives from the password.
 * What is kept is the key stream alone (the hash without the signer key), which takes the same work to check; so the
 * signer key need not be stored.
 */
export function firebaseHash(
  { signerKey, saltSeparator, rounds, memoryCost }: FirebaseParameters,
  salt: Buffer | undefined,
  hash: Buffer | undefined,
): ForeignHash | undefined {
  if (salt === undefined || hash === undefined || hash.length !== signerKey.length) return undefined
  const stream = Buffer.from(hash.map((byte, i) => byte ^ (signerKey[i] ?? 0)))
  const costs = { n: String(2 ** memoryCost), r: String(rounds), p: '1' }
  return scrypt('firebase', costs, Buffer.concat([salt, saltSeparator]), stream)
}

/** `$fbscrypt$v=1,n=14,r=8,p=1,ss=…,sk=…$salt$hash`, as Supabase keeps hashes that came from Firebase. */
export function readFirebaseString(text: string): ForeignHash | undefined {
  const match =
    /^\$fbscrypt\$v=1,n=(\d{1,2}),r=(\d{1,4}),p=1(?:,ss=([A-Za-z0-9+/=]*))?,sk=([A-Za-z0-9+/=]+)\$([A-Za-z0-9+/=]+)\$([A-Za-z0-9+/=]+)$/.exec(
      text,
    )
  const [, memoryCost, rounds, separator = '', signer = '', salt = '', hash = ''] = match ?? []
  const signerKey = readBase64(signer)
  if (signerKey === undefined) return undefined
  const saltSeparator = separator === '' ? Buffer.alloc(0) : readBase64(separator)
  if (saltSeparator === undefined) return undefined
  const parameters = { signerKey, saltSeparator, rounds: Number(rounds), memoryCost: Number(memoryCost) }
  return firebaseHash(parameters, readBase64(salt), readBase64(hash))
}

/**
 * Reads the parameters as the Firebase console shows them (`hash_config { … }`), or as JSON with the same names.
 * Undefined where one is missing.
 */
export function readFirebaseParameters(text: string): FirebaseParameters | undefined {
  const value = (name: string): string | undefined =>
    new RegExp(`\\b${name}"?\\s*:\\s*"?([A-Za-z0-9+/=_-]+)`).exec(text)?.[1]
  const signerKey = readBase64(value('base64_signer_key') ?? '')
  const separator = value('base64_salt_separator') ?? ''
  const saltSeparator = separator === '' ? Buffer.alloc(0) : readBase64(separator)
  const [rounds, memoryCost] = [Number(value('rounds')), Number(value('mem_cost'))]
  if (signerKey === undefined || saltSeparator === undefined) return undefined
  const usable =
    Number.isInteger(rounds) &&
    rounds >= 1 &&
    Number.isInteger(memoryCost) &&
    memoryCost >= 1 &&
    memoryCost <= 31
  return usable ? { signerKey, saltSeparator, rounds, memoryCost } : undefined
}
