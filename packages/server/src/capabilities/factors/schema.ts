import type { Generated } from 'kysely'

/** The kinds of factors that are enrolled one by one. */
export type FactorKind = 'totp' | 'passkey'

/** What somebody can prove a second step with; the words of `factors` in `factor_required`. */
export type FactorChoice = FactorKind | 'recovery_code'

/** A row of `factors`. Times are milliseconds since the epoch. */
export interface FactorsTable {
  id: string
  user_id: string
  kind: FactorKind
  /** What its owner calls it. */
  name: string
  created_at: number
  /** When its first code came back; until then it proves nothing. */
  confirmed_at: number | null
  last_used_at: Generated<number | null>
  /** TOTP: the shared secret, sealed. */
  secret_sealed: Generated<string | null>
  /** TOTP: the time step of the newest code that was accepted; no older one is (RFC 6238, section 5.2). */
  last_step: Generated<number | null>
  /** Passkey: base64url. */
  credential_id: Generated<string | null>
  /** Passkey: the COSE key, base64url. */
  public_key: Generated<string | null>
  sign_count: Generated<number | null>
  /** Passkey: JSON array of how the authenticator is reached. */
  transports: Generated<string | null>
  /** Passkey: the relying party's id, a domain. */
  relying_party: Generated<string | null>
  /** Passkey: 1 if it may be synchronized to other devices. */
  backup_eligible: Generated<number | null>
  /** Passkey: 1 if it was, when it was last used. */
  backed_up: Generated<number | null>
  /** Passkey: the authenticator's model (AAGUID). */
  model: Generated<string | null>
}

/** A row of `recovery_codes`: one that is used is deleted. */
export interface RecoveryCodesTable {
  /** SHA-256 of the code, base64url. */
  digest: string
  user_id: string
  created_at: number
}

declare module '../../platform/db/tables.ts' {
  interface Tables {
    factors: FactorsTable
    recovery_codes: RecoveryCodesTable
  }
}
