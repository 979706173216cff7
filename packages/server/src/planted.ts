/** What somebody may have set up in an account before its e-mail address was ever verified, as its owner is told. */
export type Planted = 'password' | 'sessions' | 'totp' | 'passkeys' | 'recovery_codes' | 'identities'
