import type { ForeignHash } from './hashes.ts'

const MiB = 1024 * 1024

/**
 * The most that checking one password may cost: 128 MiB, and a few seconds of one thread. What products use by default
 * is well below (Django's argon2: 100 MiB; passlib's SHA-crypt: 656,000 rounds); a hash beyond would hold up sign-ins.
 */
export const bounds = {
  bcryptCost: 14,
  pbkdf2Iterations: 5_000_000,
  shaCryptRounds: 1_000_000,
  memory: 128 * MiB,
  /** Memory times passes (argon2) or parallel runs (scrypt). */
  work: 1024 * MiB,
  lanes: 64,
  /** Bytes of salt, and of hash. */
  length: 256,
} as const

/** Why a hash is too costly to check; undefined where it is not. The text names limits, never the hash. */
export function costFault(hash: ForeignHash): string | undefined {
  switch (hash.kind) {
    case 'bcrypt':
      return over('bcrypt cost', hash.cost, bounds.bcryptCost)
    case 'sha-crypt':
      return over('SHA-crypt rounds', hash.rounds, bounds.shaCryptRounds)
    case 'pbkdf2':
      return over('PBKDF2 iterations', hash.iterations, bounds.pbkdf2Iterations) ?? lengthFault(hash)
    case 'argon2': {
      const memory = hash.memoryKiB * 1024
      return (
        memoryFault('argon2', memory, memory * hash.passes) ?? over('argon2 lanes', hash.lanes, bounds.lanes)
      )
    }
    case 'scrypt': {
      const memory = 128 * 2 ** hash.logN * hash.r
      return memoryFault('scrypt', memory, memory * hash.p) ?? lengthFault(hash)
    }
  }
}

function memoryFault(name: string, memory: number, work: number): string | undefined {
  return (
    over(`${name} memory in MiB`, memory / MiB, bounds.memory / MiB) ??
    over(`${name} work in MiB`, work / MiB, bounds.work / MiB)
  )
}

const lengthFault = ({ salt, hash }: { salt: Buffer; hash: Buffer }): string | undefined =>
  over('length of salt or hash', Math.max(salt.length, hash.length), bounds.length)

const over = (what: string, value: number, most: number): string | undefined =>
  value > most ? `${what}: ${Math.ceil(value)}, and at most ${most} are accepted` : undefined
