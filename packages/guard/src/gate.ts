import { TokenError, UnavailableError } from './errors.ts'
import type { Issuers } from './issuers.ts'
import type { GuardOptions } from './options.ts'
import { RequestSubject, type SubjectSettings } from './policy/attempt.ts'
import { type KnownCaller, readIdentity } from './policy/caller.ts'
import { type Plan, type Tried, tryRules } from './policy/plan.ts'
import { proverNonce } from './policy/prover-decision.ts'
import {
  malformedHeader,
  noToken,
  notAllowed,
  preflight,
  refusalOf,
  stepUpDemanded,
  unavailable,
} from './policy/refusals.ts'
import { isPreflight, readBearer } from './policy/request-headers.ts'
import type { Allowed, Auth, Decision, Identity, Refused, RequestFacts } from './policy/types.ts'
import type { Standing } from './revocation/types.ts'
import { setupHint } from './setup-hints.ts'
import type { Claims, MaybePromise, VerifiedToken } from './verify/types.ts'

/** A decision about one request, and the caller where a token was accepted and suffices. */
export type Verdict =
  | { readonly decision: Allowed; readonly auth: Auth | undefined }
  | { readonly decision: Refused; readonly auth: undefined }

export interface GateParts {
  readonly options: GuardOptions
  readonly issuers: Issuers
  readonly onError: (error: unknown, what: string) => void
}

const stranger: Verdict = Object.freeze({
  decision: Object.freeze({ allowed: true, rule: undefined }),
  auth: undefined,
})

/**
 * The way of one request: header, token, revocation, rules. Nothing is awaited that is there already, so that a token
 * seen before passes rules over its claims without a promise.
 */
export class Gate {
  readonly #parts: GateParts
  readonly #settings: SubjectSettings
  readonly #identities = new WeakMap<Claims, KnownCaller>()
  readonly #onDecision: GuardOptions['onDecision']
  /** Whether to explain refusals to a developer who watches the console; the prover causes all of them on purpose. */
  readonly #hints: boolean
  readonly #hinted = new Set<string>()

  constructor(parts: GateParts) {
    const { clock, authority, onDecision, onError } = parts.options
    this.#parts = parts
    this.#settings = { authority, now: clock ?? (() => Date.now() / 1000) }
    this.#onDecision = onDecision
    this.#hints = onError === undefined && proverNonce() === undefined
  }

  /** Decides about a request. Never throws because of what a caller sent. */
  decide(plan: Plan, facts: RequestFacts): MaybePromise<Verdict> {
    // strangers pass the rule of an optional route, and so do their preflights
    if (facts.method === 'OPTIONS' && !plan.optional && isPreflight(facts)) {
      return this.#refuse(preflight, facts)
    }
    const fields = facts.authorization
    const field = fields.length === 1 ? fields[0] : undefined
    // a second space is for the slow way, which knows that there may be more than one
    if (field?.startsWith('Bearer ') !== true || field[7] === ' ') return this.#withoutToken(plan, facts)
    return this.#withToken(field.slice(7), plan, facts)
  }

  /** What is remembered about a caller whom this gate allowed. */
  identityOf({ claims }: Auth): KnownCaller | undefined {
    return this.#identities.get(claims)
  }

  /** A header that is not the ordinary one: most often none at all. */
  #withoutToken(plan: Plan, facts: RequestFacts): MaybePromise<Verdict> {
    const presented = readBearer(facts.authorization)
    if (presented.kind === 'token') return this.#withToken(presented.token, plan, facts)
    if (presented.kind === 'malformed') return this.#refuse(malformedHeader(presented), facts)
    return plan.optional ? this.#tell(stranger, facts, undefined) : this.#refuse(noToken, facts)
  }

  #withToken(token: string, plan: Plan, facts: RequestFacts): MaybePromise<Verdict> {
    let verified: MaybePromise<VerifiedToken>
    try {
      verified = this.#parts.issuers.verify(token)
    } catch (error) {
      return this.#failed(error, facts)
    }
    if (verified instanceof Promise) {
      return verified.then(
        (settled) => this.#verified(settled, token, plan, facts),
        (error: unknown) => this.#failed(error, facts),
      )
    }
    return this.#verified(verified, token, plan, facts)
  }

  #verified(verified: VerifiedToken, token: string, plan: Plan, facts: RequestFacts): MaybePromise<Verdict> {
    let identity = this.#identities.get(verified.claims)
    try {
      if (identity === undefined) {
        identity = readIdentity(verified, token, this.#parts.issuers.of(verified.claims))
        this.#identities.set(verified.claims, identity)
      }
      if (identity.rejected !== undefined) throw new TokenError('token_type', identity.rejected)
      const { revocation } = identity.issuer
      if (revocation === undefined) return this.#apply(plan, identity, facts)
      const standing = revocation.standing(identity.claims, identity.kid, token)
      if (standing === 'good') return this.#apply(plan, identity, facts)
      if (typeof standing === 'string') return this.#standing(standing, plan, identity, facts)
      return this.#waitForStanding(standing, plan, identity, facts)
    } catch (error) {
      return this.#failed(error, facts)
    }
  }

  async #waitForStanding(
    standing: Promise<Standing>,
    plan: Plan,
    identity: KnownCaller,
    facts: RequestFacts,
  ): Promise<Verdict> {
    try {
      return await this.#standing(await standing, plan, identity, facts)
    } catch (error) {
      return this.#failed(error, facts)
    }
  }

  #standing(
    standing: Standing,
    plan: Plan,
    identity: KnownCaller,
    facts: RequestFacts,
  ): MaybePromise<Verdict> {
    if (standing === 'revoked') throw new TokenError('token_revoked')
    if (standing === 'stale') {
      const onStale = plan.onStale ?? identity.issuer.onStale ?? (plan.stepsUp ? 'deny' : 'allow')
      if (onStale === 'deny') throw new UnavailableError('revocation_stale')
    }
    return this.#apply(plan, identity, facts)
  }

  #apply(plan: Plan, identity: KnownCaller, facts: RequestFacts): MaybePromise<Verdict> {
    const { passed } = identity
    if (passed?.plan === plan) return this.#let(passed.auth, facts)
    const subject = new RequestSubject(identity, facts, this.#settings)
    const tried = tryRules(plan, subject, this.#parts.onError)
    if (!(tried instanceof Promise)) return this.#conclude(tried, plan, subject)
    return tried
      .then((settled) => this.#conclude(settled, plan, subject))
      .catch((error: unknown) => this.#failed(error, facts))
  }

  #conclude(tried: Tried, plan: Plan, subject: RequestSubject): Verdict {
    if (tried.allowed) {
      const auth = subject.auth(tried)
      if (plan.byClaims) subject.identity.passed = { plan, auth }
      return this.#let(auth, subject.facts)
    }
    const { demand, unavailable: missing } = tried
    if (missing !== undefined) return this.#refuse(unavailable(missing), subject.facts, subject)
    if (demand !== undefined) return this.#refuse(stepUpDemanded(plan, demand), subject.facts, subject)
    return this.#refuse(notAllowed(plan, subject.note), subject.facts, subject)
  }

  #let(auth: Auth, facts: RequestFacts): Verdict {
    return this.#tell({ decision: auth.decision, auth }, facts, auth)
  }

  /** Verification, or asking about revocation, threw. */
  #failed(error: unknown, facts: RequestFacts): Verdict {
    const refused = refusalOf(error)
    if (refused === undefined) {
      // a bug here or in a source of keys: the caller should retry, and nothing is let through
      this.#parts.onError(error, 'checking a token failed')
      return this.#refuse(unavailable(new UnavailableError('keys_unavailable')), facts)
    }
    this.#report(error)
    // a token that cannot be one was a malformed header all along (RFC 6750, section 3.1)
    const presented = readBearer(facts.authorization)
    return this.#refuse(presented.kind === 'malformed' ? malformedHeader(presented) : refused, facts)
  }

  #report(error: unknown): void {
    const { options, onError } = this.#parts
    // what keeps the keys from being fetched was reported where it happened
    if (error instanceof UnavailableError && error.code !== 'keys_unavailable')
      onError(error, 'a request could not be checked')
    if (!this.#hints || !(error instanceof TokenError) || this.#hinted.has(error.code)) return
    const hint = setupHint(error.code, options)
    if (hint === undefined) return
    this.#hinted.add(error.code)
    onError(
      new TokenError(error.code, `${error.message} ${hint}`),
      `the first token refused with ${error.code} (later ones are not logged)`,
    )
  }

  #refuse(refused: Refused, facts: RequestFacts, subject?: RequestSubject): Verdict {
    return this.#tell({ decision: refused, auth: undefined }, facts, subject?.known())
  }

  #tell(verdict: Verdict, facts: RequestFacts, auth: Identity | undefined): Verdict {
    if (this.#onDecision !== undefined) this.#announce(this.#onDecision, verdict.decision, facts, auth)
    return verdict
  }

  #announce(
    onDecision: NonNullable<GuardOptions['onDecision']>,
    decision: Decision,
    facts: RequestFacts,
    auth: Identity | undefined,
  ): void {
    try {
      onDecision(decision, { method: facts.method, auth, native: facts.native })
    } catch (error) {
      this.#parts.onError(error, 'onDecision threw')
    }
  }
}
