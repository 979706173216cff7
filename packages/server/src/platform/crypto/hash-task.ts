/** Argon2id's parameters (RFC 9106): memory in KiB, passes, lanes. */
export interface Argon2Parameters {
  readonly memoryKiB: number
  readonly passes: number
  readonly parallelism: number
}

/** A request to a hashing thread. */
export type HashTask =
  | { readonly kind: 'hash'; readonly password: string; readonly parameters: Argon2Parameters }
  | { readonly kind: 'verify'; readonly hash: string; readonly password: string }
  | { readonly kind: 'score'; readonly password: string; readonly context: readonly string[] }

/** Its response. */
export type HashAnswer = { readonly value: string | number | boolean } | { readonly failed: string }
