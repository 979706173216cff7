/** A row of `challenges`. Times are milliseconds since the epoch. */
export interface ChallengesTable {
  /** SHA-256 of the id that only the asker has, base64url. */
  id_digest: string
  /** SHA-256 of the token in the link, base64url. */
  token_digest: string
  /** Keyed digest of the id and the code: six digits alone could be guessed from a plain one. */
  code_digest: string | null
  purpose: string
  /** The id of a user or invitation, or the keyed digest of an address. */
  subject: string
  payload_sealed: string
  /** 0 once too many wrong codes were tried. */
  tries_left: number
  created_at: number
  expires_at: number
  /** When it was used, withdrawn, or died of wrong codes. */
  ended_at: number | null
}

declare module '../../platform/db/tables.ts' {
  interface Tables {
    challenges: ChallengesTable
  }
}
