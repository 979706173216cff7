import { ConfigurationError, TokenError, UnavailableError } from './errors.ts'
import { Gate, type Verdict } from './gate.ts'
import type { GuardOptions } from './options.ts'
import { readIdentity } from './policy/caller.ts'
import { type Plan, type PlanOptions, plan, type RouteOptions } from './policy/plan.ts'
import { type Answer, handlerFailed, render } from './policy/render.ts'
import { checkRules } from './policy/rules.ts'
import { proverNonce, toldDecision } from './policy/told-decision.ts'
import type { Auth, Decision, Declaration, Refused, RequestFacts, Rule } from './policy/types.ts'
import { checkNames, readVocabulary, type Vocabulary } from './policy/vocabulary.ts'
import { Watch } from './policy/watch.ts'
import { configureRevocation } from './revocation/settings.ts'
import type { RevocationSource } from './revocation/types.ts'
import type { Claims, MaybePromise, Verifier } from './verify/types.ts'
import { createVerifier } from './verify/verifier.ts'

/**
 * What a declaration became: the plan to decide by, or `open` where nobody is asked anything. A word, so that a plan
 * which is missing by mistake opens nothing.
 */
export interface Prepared {
  readonly declaration: Declaration
  readonly plan: Plan | 'open'
}

/** What a declaration with a rule became. */
export interface Ruled extends Prepared {
  readonly plan: Plan
}

/** What every adapter is built on: options read once, the verifier, revocation, and the way of a request. */
export class GuardCore {
  readonly options: GuardOptions
  readonly #verifier: Verifier
  readonly #revocation: RevocationSource | undefined
  readonly #vocabulary: Vocabulary
  readonly #gate: Gate
  readonly #watch: Watch
  readonly #realm: string
  readonly #nonce: string | undefined = proverNonce()
  readonly #onError: (error: unknown, what: string) => void

  /** @throws ConfigurationError for every mistake that can be seen at start-up */
  constructor(given: GuardOptions) {
    const options = withEnvironment(given)
    this.options = options
    this.#realm = [options.audience ?? 'api'].flat()[0] ?? 'api'
    this.#onError = contained(options.onError)
    this.#verifier = createVerifier(options)
    const { source, onStale } = configureRevocation(options, this.#verifier)
    this.#revocation = source
    this.#vocabulary = readVocabulary(options)
    const parts = { options, verifier: this.#verifier, revocation: source, onStale, onError: this.#onError }
    this.#gate = new Gate(parts)
    this.#watch = new Watch(options, source)
  }

  /** Rules, and route options behind them, as `guard(…)` takes them. */
  guarded(args: readonly (Rule | RouteOptions)[], kind?: { shared: string }): Ruled {
    const last = args.at(-1)
    const options = isRouteOptions(last) ? readRouteOptions(last) : {}
    const rules = (isRouteOptions(last) ? args.slice(0, -1) : args) as readonly Rule[]
    checkRules('guard', rules)
    checkNames(rules, this.#vocabulary)
    const { onStale } = options
    const declared = { rules: Object.freeze([...rules]), ...(onStale === undefined ? {} : { onStale }) }
    return {
      declaration:
        kind === undefined
          ? { kind: 'guarded', ...declared }
          : { kind: 'shared', ...declared, reason: readReason('shared', kind.shared) },
      plan: this.#plan(rules, options),
    }
  }

  optional(reason: string): Ruled {
    return {
      declaration: { kind: 'optional', reason: readReason('optional', reason) },
      plan: this.#plan([], { optional: true }),
    }
  }

  open(reason: string): Prepared {
    return { declaration: { kind: 'open', reason: readReason('open', reason) }, plan: 'open' }
  }

  #plan(rules: readonly Rule[], options: PlanOptions): Plan {
    return plan(rules, { ...options, authority: this.options.authority !== undefined })
  }

  decide(prepared: Plan, facts: RequestFacts): MaybePromise<Verdict> {
    return this.#gate.decide(prepared, facts)
  }

  /** A refusal as HTTP has it. */
  answer(refused: Refused, native: unknown): Answer {
    return this.#extended(render(refused, this.#realm), native)
  }

  /** Reports what a handler threw; the answer tells nothing of it. */
  failure(error: unknown, native: unknown): Answer {
    this.#onError(error, 'a handler failed')
    return this.#extended(handlerFailed, native)
  }

  /** With the members that the application adds. */
  #extended(answer: Answer, native: unknown): Answer {
    const { problem } = this.options
    if (problem === undefined || answer.body === undefined) return answer
    try {
      return { ...answer, body: { ...answer.body, ...problem(answer.body, native) } }
    } catch (error) {
      this.#onError(error, 'the option problem threw')
      return answer
    }
  }

  /** The header that tells the prover of this run what was decided; undefined for everybody else. */
  told(decision: Decision, facts: RequestFacts): string | undefined {
    return this.#nonce === undefined ? undefined : toldDecision(this.#nonce, decision, facts)
  }

  /**
   * Verifies a token, and asks whether it was revoked.
   *
   * @throws TokenError, UnavailableError
   */
  async verify(token: string): Promise<Claims> {
    const verified = await this.#verifier.verify(token)
    const { rejected } = readIdentity(verified, token, this.options.claims)
    if (rejected !== undefined) throw new TokenError('token_type', rejected)
    const { claims, kid } = verified
    const standing = await this.#revocation?.standing(claims, kid, token)
    if (standing === 'revoked') throw new TokenError('token_revoked')
    const { revocation } = this.options
    const denies = typeof revocation === 'object' && 'onStale' in revocation && revocation.onStale === 'deny'
    if (standing === 'stale' && denies) throw new UnavailableError('revocation_stale')
    return claims
  }

  /** Calls `end` once the caller's token has ended; gives the function that stops watching. */
  watch(auth: Auth, end: () => void): () => void {
    const identity = this.#gate.identityOf(auth)
    if (identity === undefined) throw new ConfigurationError('watch: this guard did not let that caller in.')
    return this.#watch.add(identity, end)
  }

  /** Tells `onError` what went wrong. */
  report(error: unknown, what: string): void {
    this.#onError(error, what)
  }

  close(): void {
    this.#watch.close()
    this.#revocation?.close()
    this.#verifier.close()
  }
}

function isRouteOptions(value: Rule | RouteOptions | undefined): value is RouteOptions {
  return typeof value === 'object' && value !== null && !('kind' in value) && 'onStale' in value
}

function readRouteOptions({ onStale }: RouteOptions): RouteOptions {
  if (onStale === 'allow' || onStale === 'deny') return { onStale }
  if (onStale === undefined) return {}
  throw new ConfigurationError("guard: onStale is neither 'allow' nor 'deny'.")
}

function readReason(kind: string, reason: unknown): string {
  if (typeof reason === 'string' && reason.trim() !== '') return reason
  throw new ConfigurationError(`guard.${kind}() needs a reason: whoever reviews the routes reads it.`)
}

/** What the options leave out and the environment says; what the options say wins. */
function withEnvironment(options: GuardOptions): GuardOptions {
  const issuer = options.issuer ?? fromEnvironment('GATEHOUSE_ISSUER')
  const audience = options.audience ?? fromEnvironment('GATEHOUSE_AUDIENCE')
  return {
    ...options,
    ...(issuer === undefined || options.secret !== undefined ? {} : { issuer }),
    ...(audience === undefined || options.secret !== undefined ? {} : { audience }),
  }
}

function fromEnvironment(name: string): string | undefined {
  const value = process.env[name]
  return value === undefined || value === '' ? undefined : value
}

function contained(onError: GuardOptions['onError']): (error: unknown, what: string) => void {
  const warn = (error: unknown, what: string): void =>
    console.warn(`[gatehouse] ${what}: ${error instanceof Error ? error.message : String(error)}`)
  if (onError === undefined) return warn
  return (error, what) => {
    try {
      onError(error, what)
    } catch (thrown) {
      warn(error, what)
      warn(thrown, 'onError threw')
    }
  }
}
