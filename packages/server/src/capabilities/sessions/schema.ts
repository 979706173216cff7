import type { Device } from './device.ts'

/** Why a session ended; kept with it. */
export type EndReason =
  | 'signed_out'
  | 'ended_by_user'
  | 'ended_by_administrator'
  | 'refresh_token_reused'
  | 'password_changed'
  | 'email_restored'
  | 'user_disabled'
  | 'user_deleted'

/**
 * Where the refresh token travels: in JSON bodies, or in a cookie that scripts cannot read. A session of the server's own
 * pages has a cookie, too: its token is shown with each request and never replaced, so it refreshes nothing.
 */
export type Transport = 'body' | 'cookie' | 'page'

/** A row of `sessions`. Times are milliseconds since the epoch. */
export interface SessionsTable {
  id: string
  user_id: string
  /** JSON array of strings: the audiences that tokens of this session may name. */
  audience: string
  /** How well the user proved who they are (RFC 9470). */
  acr: string
  /** JSON array of the methods used (RFC 8176). */
  amr: string
  /** When they did. */
  auth_time: number
  /** What they signed in with: password, a provider, … */
  method: string
  transport: Transport
  user_agent: string | null
  /** JSON: the device as a person would name it. */
  device: string
  address: string | null
  /** The part of the address that throttles count by (IPv6: a /64). */
  network: string | null
  /** Browser and system without their versions: the same for sessions of one device. */
  device_family: string | null
  created_at: number
  /** Written at most once a minute. */
  last_seen_at: number
  /** The absolute end; idleness may end it earlier. */
  expires_at: number
  ended_at: number | null
  end_reason: EndReason | null
}

/** A row of `refresh_tokens`. Times are milliseconds of the database's own clock. */
export interface RefreshTokensTable {
  /** SHA-256 of the token, base64url; the token itself is nowhere. */
  digest: string
  session_id: string
  created_at: number
  used_at: number | null
  /** The token that replaced this one, sealed under a key derived from this one; erased soon. */
  successor_sealed: string | null
}

/** One sign-in on one device. Times are milliseconds since the epoch. */
export interface Session {
  readonly id: string
  readonly userId: string
  readonly audience: readonly string[]
  readonly acr: string
  readonly amr: readonly string[]
  readonly authTime: number
  readonly method: string
  readonly transport: Transport
  readonly device: Device
  readonly address: string | null
  readonly createdAt: number
  readonly lastSeenAt: number
  readonly expiresAt: number
}

declare module '../../platform/db/tables.ts' {
  interface Tables {
    sessions: SessionsTable
    refresh_tokens: RefreshTokensTable
  }
}
