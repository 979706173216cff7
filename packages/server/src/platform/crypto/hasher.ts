/** The strength of a password by zxcvbn: 0 (guessed at once) to 4. */
export type PasswordScore = 0 | 1 | 2 | 3 | 4

/** The queue in which a task waits for a thread: lanes take turns. */
export interface Lane {
  readonly name: string
  /** Whether it may use the places reserved for devices and networks that an account knows. */
  readonly reserved: boolean
}

/** Hashes passwords with argon2id, away from the main loop; checks those that other products hashed, too. */
export interface PasswordHasher {
  /** Hashes a normalised (NFC) password. @throws HashQueueFull (`hash_queue_full`, 503) when too many wait */
  hash(password: string, lane?: string | Lane): Promise<string>
  /** Whether a password, as typed, is the one that was hashed. @throws HashQueueFull */
  verify(hash: string, password: string, lane?: string | Lane): Promise<boolean>
  /**
   * Costs what `verify` costs, for a user that does not exist: with a hash of today, or with one of `cost` (see
   * `costOf`). @throws HashQueueFull
   */
  verifyNothing(password: string, lane?: string | Lane, cost?: string): Promise<false>
  /** Whether a hash was made with other parameters than today's. */
  needsRehash(hash: string): boolean
  /** How hard the password is to guess for an attacker who knows `context` (the username). @throws HashQueueFull */
  score(password: string, context: readonly string[], lane?: string): Promise<PasswordScore>
  close(): Promise<void>
}
