import { ConfigurationError, TokenError, UnavailableError } from './errors.ts'
import { Gate, type Verdict } from './gate.ts'
import { Issuers } from './issuers.ts'
import { type GuardOptions, readGuardOptions } from './options.ts'
import { readIdentity } from './policy/caller.ts'
import { type Plan, plan, type RouteOptions, routeOptionNames } from './policy/plan.ts'
import { proverDecision, proverNonce } from './policy/prover-decision.ts'
import { type Answer, handlerFailed, render } from './policy/refusals.ts'
import { checkRules, defaultAcrOrder, type Rule, readAcrOrder } from './policy/rules/index.ts'
import type { Auth, Decision, Refused, RequestFacts } from './policy/types.ts'
import { checkNames, readVocabulary, type Vocabulary } from './policy/vocabulary.ts'
import { Watch } from './policy/watch.ts'
import { readOptions } from './read-options.ts'
import { reportTo } from './report.ts'
import type { Declaration } from './routes/declared.ts'
import type { Claims, MaybePromise } from './verify/types.ts'

/**
 * What a declaration became: the plan to decide by, or `open` where nothing is checked. A word, so that a plan
 * that is missing by mistake opens nothing.
 */
export interface Prepared {
  readonly declaration: Declaration
  readonly plan: Plan | 'open'
}

/** What a declaration with a rule became. */
export interface Ruled extends Prepared {
  readonly plan: Plan
}

/** What every adapter is built on: options read once, the verifier, revocation, and how a request is decided. */
export class GuardCore {
  readonly options: GuardOptions
  readonly #issuers: Issuers
  readonly #vocabulary: Vocabulary
  readonly #acrOrder: readonly string[]
  readonly #gate: Gate
  readonly #watch: Watch
  readonly #realm: string
  readonly #nonce: string | undefined = proverNonce()
  readonly #onError: (error: unknown, what: string) => void

  /** @throws ConfigurationError for every mistake that can be seen at start-up */
  constructor(given: GuardOptions) {
    const options = readGuardOptions(given)
    this.options = options
    this.#realm = [options.audience ?? options.issuers?.[0]?.audience ?? 'api'].flat()[0] ?? 'api'
    this.#onError = reportTo(options.onError)
    this.#issuers = new Issuers(options)
    this.#vocabulary = readVocabulary(options)
    this.#acrOrder = readAcrOrder(options.acrOrder)
    this.#gate = new Gate({ options, issuers: this.#issuers, onError: this.#onError })
    this.#watch = new Watch(options)
  }

  /** Rules, and route options behind them, as `guard(…)` takes them. */
  guarded(args: readonly (Rule | RouteOptions)[], kind?: { shared: string }): Ruled {
    refuseUncalled(args)
    const last = args.at(-1)
    const options = isRouteOptions(last) ? readRouteOptions(last) : {}
    const rules = (isRouteOptions(last) ? args.slice(0, -1) : args) as readonly Rule[]
    checkRules('guard', rules)
    checkNames(rules, this.#vocabulary)
    const { onStale } = options
    const declared = {
      rules: Object.freeze([...rules]),
      ...(onStale === undefined ? {} : { onStale }),
      ...(this.#acrOrder === defaultAcrOrder ? {} : { acrOrder: this.#acrOrder }),
    }
    return {
      declaration:
        kind === undefined
          ? { kind: 'guarded', ...declared }
          : { kind: 'shared', ...declared, reason: readReason('shared', kind.shared) },
      plan: this.#plan(rules, options),
    }
  }

  optional(reason: string, ...others: readonly unknown[]): Ruled {
    refuseOthers('optional', others)
    return {
      declaration: { kind: 'optional', reason: readReason('optional', reason) },
      plan: this.#plan([], { optional: true }),
    }
  }

  open(reason: string, ...others: readonly unknown[]): Prepared {
    refuseOthers('open', others)
    return { declaration: { kind: 'open', reason: readReason('open', reason) }, plan: 'open' }
  }

  #plan(rules: readonly Rule[], options: RouteOptions & { optional?: boolean }): Plan {
    const authority = this.options.authority !== undefined
    return plan(rules, { ...options, authority, acrOrder: this.#acrOrder })
  }

  decide(prepared: Plan, facts: RequestFacts): MaybePromise<Verdict> {
    return this.#gate.decide(prepared, facts)
  }

  /** A refusal as HTTP has it. */
  answer(refused: Refused, native: unknown): Answer {
    return this.#extended(render(refused, this.#realm), native)
  }

  /** Reports what a handler threw; the answer reveals nothing about it. */
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

  /** The header that shows the decision to the prover of this run; undefined for everybody else. */
  proverDecision(decision: Decision, facts: RequestFacts): string | undefined {
    return this.#nonce === undefined ? undefined : proverDecision(this.#nonce, decision, facts)
  }

  /**
   * Verifies a token, and asks whether it was revoked.
   *
   * @throws TokenError, UnavailableError
   */
  async verify(token: string): Promise<Claims> {
    const verified = await this.#issuers.verify(token)
    const issuer = this.#issuers.of(verified.claims)
    const { rejected } = readIdentity(verified, token, issuer)
    if (rejected !== undefined) throw new TokenError('token_type', rejected)
    const { claims, kid } = verified
    const standing = await issuer.revocation?.standing(claims, kid, token)
    if (standing === 'revoked') throw new TokenError('token_revoked')
    if (standing === 'stale' && issuer.onStale === 'deny') throw new UnavailableError('revocation_stale')
    return claims
  }

  /** Calls `end` once the caller's token has ended; returns the function that stops watching. */
  watch(auth: Auth, end: () => void): () => void {
    const identity = this.#gate.identityOf(auth)
    if (identity === undefined) throw new ConfigurationError('watch: this guard did not allow that caller.')
    return this.#watch.add(identity, end)
  }

  /** Reports an error to `onError`. */
  report(error: unknown, what: string): void {
    this.#onError(error, what)
  }

  close(): void {
    this.#watch.close()
    this.#issuers.close()
  }
}

/**
 * Refuses what a framework passes to the guard where the application forgot to call it: a request and `next`, or what a
 * decorator gets.
 */
function refuseUncalled(args: readonly unknown[]): void {
  const decorates = typeof args[1] === 'string' || (args.length === 1 && /^class\b/.test(textOf(args[0])))
  const handles = args.length > 1 && typeof args.at(-1) === 'function' && isMadeByFramework(args[0])
  if (!decorates && !handles) return
  throw new ConfigurationError(
    'A guard is handed over without being called. Write guard() or @Guarded(), with parentheses.',
  )
}

/** A request or a context, which no rule looks like. */
const isMadeByFramework = (thing: unknown): boolean =>
  typeof thing === 'object' && thing !== null && !Object.hasOwn(thing, 'kind')

const textOf = (thing: unknown): string => (typeof thing === 'function' ? String(thing) : '')

/** An object with members that is not a rule. Anything else, such as a promise for one, is refused as a rule later. */
function isRouteOptions(value: Rule | RouteOptions | undefined): value is RouteOptions {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !Object.hasOwn(value, 'kind') &&
    Object.keys(value).length > 0
  )
}

function readRouteOptions(given: RouteOptions): RouteOptions {
  const { onStale } = readOptions('guard', given, routeOptionNames)
  if (onStale === 'allow' || onStale === 'deny') return { onStale }
  if (onStale === undefined) return {}
  throw new ConfigurationError("guard: onStale must be 'allow' or 'deny'.")
}

/** A rule after the reason would look as if it applied. */
function refuseOthers(kind: string, others: readonly unknown[]): void {
  if (others.length === 0) return
  throw new ConfigurationError(`guard.${kind}() takes a reason and nothing else: no rule applies there.`)
}

function readReason(kind: string, reason: unknown): string {
  if (typeof reason === 'string' && reason.trim() !== '') return reason
  throw new ConfigurationError(`guard.${kind}() needs a reason, for those who review the routes.`)
}
