import type { Context } from '../../context.ts'
import type { Recognised } from '../devices/index.ts'
import type { Transport } from '../sessions/index.ts'
import type { Client, Way } from './trail.ts'

/** How well users can prove who they are, weakest first: the values of `acr` (RFC 9470). */
export const acrValues = ['pwd', 'mfa', 'phr'] as const
export type Acr = (typeof acrValues)[number]

/** A method that users prove who they are with (RFC 8176): an element of `amr`. A link or code that was sent is `otp`. */
export const amrValues = ['pwd', 'otp', 'pop', 'user', 'mfa'] as const
export type Amr = (typeof amrValues)[number]

/** The ways in, as a session names them. */
export const signInMethods = ['password', 'passkey', 'email', 'legacy_token'] as const
export type SignInMethod = (typeof signInMethods)[number]

/** What a user proved who they are with. A session's `method`, `acr` and `amr` come from here and nowhere else. */
export interface Proven {
  readonly method: SignInMethod
  readonly acr: Acr
  readonly amr: readonly Amr[]
  /** When they did, in milliseconds since the epoch; now, if undefined. */
  readonly authTime?: number | undefined
}

/** What was proven, and how to make sure of it when the session opens. */
export interface Evidence extends Proven {
  /** Settles what the attempt left open once the account may be signed in to, before a session opens. */
  settle?(): Promise<void>
  /**
   * Whether the account is still as it was when the evidence was checked. Runs in the transaction that opens the session
   * and locks what it looks at, so that whoever ends all sessions of the user comes before it or finds this one.
   */
  confirm(ctx: Context): Promise<boolean>
}

/** What a sign-in asks for, and where it comes from. */
export interface SignInRequest {
  readonly way: Way
  readonly audience: readonly string[]
  readonly transport: Transport | undefined
  readonly client: Client
  /** The device that it comes from, if the account knows it. */
  readonly device?: Recognised['device']
}
