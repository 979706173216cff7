import type { JsonWebKey, KeyObject } from 'node:crypto'
import type { Claims } from '@gatehouse/guard'
import type { SigningAlgorithm } from './config.ts'
import type { Grant, GrantKind } from './grant.ts'
import type { PersonalData } from './personal-data.ts'
import type { Planted } from './planted.ts'
import type { Executor } from './platform/db/executor.ts'
import type { Wake } from './platform/jobs/wake.ts'
import type { SignInRequirement } from './sign-in-step.ts'

/**
 * What lives as long as the process and belongs to no request or transaction. `runtime.ts` builds it; capabilities
 * implement its parts. `C` is the context, which holds the instance.
 */
export interface Instance<C> {
  readonly keys: KeyRing
  readonly grants: GrantRegistry<C>
  /** What a sign-in has to fulfil before a session opens, in the order in which it is asked. */
  readonly signInRequirements: readonly SignInRequirement<C>[]
  /** Every permission of the server; an API has permissions of its own beside these. */
  readonly permissions: ReadonlySet<string>
  /** Removes what was set up in an account before its address was ever verified; returns what there was. */
  removePlanted(ctx: C, userId: string): Promise<readonly Planted[]>
  /** The language that a user chose for what is written to them. */
  localeOf(ctx: C, userId: string): Promise<string | undefined>
  /** Wakes whoever sends mail in this process, if anybody does. */
  readonly mailQueued: Wake
  /** What checking an unknown name's password costs. */
  readonly passwordCosts: PasswordCosts<C>
  /** What capabilities add to the issuer's metadata (RFC 8414). */
  readonly metadata: Readonly<Record<string, unknown>>
  /** Loads what each capability holds about people, from the lowest capability up. */
  personalData(): Promise<readonly PersonalData<C>[]>
  /** Refusals that are not saved yet. */
  readonly failures: FailureMemory
  /** What this instance knows to be revoked, once it follows the database; absent in commands that serve nobody. */
  readonly revocations?: RevocationMemory
}

/** What checking the passwords of accounts costs: not the same for all while hashes of other products are left. */
export interface PasswordCosts<C> {
  /** What checking the password of a name that no account has costs; undefined for one of our own hashes. */
  costFor(ctx: C, name: string): string | undefined
  /** Takes over how many of `total` hashes have each cost of another product. */
  update(total: number, foreign: ReadonlyMap<string, number>): void
}

/** What a key signs. A key of one use is never accepted for another. */
export type KeyUse = 'token' | 'feed' | 'audit'

/** A public key as it is published (RFC 7517). */
export interface PublishedJwk extends JsonWebKey {
  kid: string
  alg: SigningAlgorithm
  use: 'sig'
}

/** A key that signs now. */
export interface Signer {
  readonly kid: string
  readonly alg: SigningAlgorithm
  /** The first part of every access token that this key signs (RFC 9068), encoded once. */
  readonly tokenHeader: string
  /** The signature of `bytes`, as a JWS wants it. */
  sign(bytes: Uint8Array): Buffer
}

/** The signing keys, read from the database every few seconds. */
export interface KeyRing {
  /** The secret that tokens are signed with in the shared-secret profile. */
  readonly sharedSecret: KeyObject | undefined
  /** @throws Error when there is no key for this use */
  signer(db: Executor, use: KeyUse): Promise<Signer>
  /** Upcoming, signing and outgoing keys (RFC 7517); for `audit`, every key that was not dropped. */
  publicKeys(db: Executor, use: KeyUse): Promise<{ keys: PublishedJwk[] }>
  /** Reads the keys again before the next use. */
  forget(): void
}

/** The kinds of grants that this instance knows. */
export interface GrantRegistry<C> {
  /** Where the grant with this id is found; undefined for an unknown kind. */
  sourceOf(id: string): GrantSource<C> | undefined
}

/** One kind of grant. */
export interface GrantSource<C> {
  readonly kind: GrantKind
  /** The grant as the database has it now, if it is one of `subject` and still good; asking counts as using it. */
  find(ctx: C, id: string, subject: string): Promise<Grant | undefined>
  /**
   * The grant by the claims of a token that is known to be good, without asking the database; its use is noted in the
   * background. Undefined where the claims don't say enough; absent for kinds that are always looked up.
   */
  fromClaims?(ctx: C, claims: GrantClaims): Grant | undefined
  /** Ends the grant for whoever presents its token (RFC 7009); absent for kinds that a token cannot end. */
  end?(ctx: C, id: string, subject: string): Promise<void>
}

/** What a token's claims say about its grant. */
export interface GrantClaims {
  readonly sub: string
  readonly sid: string
  readonly aud?: string | readonly string[]
  readonly client_id?: unknown
  readonly auth_time?: number
  readonly acr?: string
  readonly amr?: readonly string[]
}

/** What this instance knows to be revoked, in memory. */
export interface RevocationMemory {
  /** Whether it is so fresh that a token which it does not call revoked is good. */
  readonly isCurrent: boolean
  /** Whether a token, or the key that signed it, is known to be revoked. True is final, however old the memory. */
  isRevoked(claims: Claims, kid: string | undefined): boolean
  /** Takes in a revocation that a transaction of this instance has just committed. */
  committed(revocation: CommittedRevocation): void
  /** Calls `listener` when a key is published or dropped, on whichever instance. */
  onKeyChange(listener: (kid: string, dropped: boolean) => void): void
}

/** A revocation as it was written. */
export interface CommittedRevocation {
  /** The digest of a session, user, role or key, as the feed carries it. */
  readonly digest: string
  readonly cuts: 'all' | 'older' | 'none'
  /** For a change of a key: its identifier. */
  readonly kid: string | null
  /** Seconds since the epoch. */
  readonly expires_at: number
  readonly type: string
}

/** Refusals that are alike: of one action, reason, account and network, in one period. */
export interface Tally {
  readonly period: number
  /** What they share, as one text; another one in each row of a period. */
  readonly key: string
  readonly action: string
  /** The account that was tried; null for none. */
  readonly userId: string | null
  readonly reason: string
  readonly address: string | null
  readonly userAgent: string | null
  readonly count: number
  /** Milliseconds since the epoch. */
  readonly firstAt: number
  readonly lastAt: number
}

/** Refusals that are not saved yet. */
export interface FailureMemory {
  add(tally: Tally): void
  /** Returns all that is there, and starts anew. */
  take(): Tally[]
}
