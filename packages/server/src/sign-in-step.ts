/** What a sign-in still lacks: the code of the answer, and the challenge that continues the sign-in. */
export type NextStep =
  | { readonly kind: 'factor_required'; readonly challenge: string; readonly factors: readonly string[] }
  | { readonly kind: 'password_change_required'; readonly challenge: string }
  | {
      readonly kind: 'email_unverified'
      readonly challenge: string
      /** What the code in the message belongs to that was sent now; absent less than a minute after another. */
      readonly emailChallenge?: string | undefined
    }

export type NextStepKind = NextStep['kind']

/** The order in which steps are asked for: nobody changes anything before they have proven everything. */
const order = {
  factor_required: 1,
  password_change_required: 2,
  email_unverified: 3,
} as const satisfies Record<NextStepKind, number>

/** A sign-in whose evidence was accepted, while its transaction holds the account as it is. */
export interface SigningIn {
  readonly user: {
    readonly id: string
    readonly username: string
    readonly email: string | null
    readonly emailVerified: boolean
    readonly pendingEmail: string | null
    readonly roles: readonly string[]
  }
  /** Whether the password is one that the user has to replace. */
  readonly mustChangePassword: boolean
  /** The kinds of the user's second factors. */
  readonly factors: readonly string[]
  readonly evidence: { readonly method: string; readonly acr: string; readonly amr: readonly string[] }
  /**
   * Keeps what was proven so far for ten minutes. Returns the challenge (opaque, single use) with which `resumeSignIn` goes
   * on from here.
   */
  pause(): Promise<string>
}

/**
 * Something that a capability demands of a sign-in before a session opens. Every sign-in asks, so a requirement decides
 * by what `SigningIn` has: what it needs from the database is read by the statement that finds the account
 * (`readForSignIn` of accounts), and a sign-in that lacks nothing costs no query more.
 */
export interface SignInRequirement<C> {
  readonly kind: NextStepKind
  /** What is missing; undefined for nothing. Runs in the transaction that would open the session. */
  missing(ctx: C, signingIn: SigningIn): Promise<NextStep | undefined>
}

/** Requirements in the order in which they are asked. */
export const inOrder = <C>(requirements: readonly SignInRequirement<C>[]): SignInRequirement<C>[] =>
  requirements.toSorted((one, other) => order[one.kind] - order[other.kind])
