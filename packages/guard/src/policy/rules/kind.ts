import { ConfigurationError } from '../../errors.ts'
import type { Names } from '../../option-names.ts'
import type { Attempt } from '../attempt.ts'

/** The options of a guard that rules depend on. */
export interface RuleContext {
  /** Whether roles and permissions are looked up instead of read from the token. */
  readonly authority: boolean
  /** Values of `acr`, weakest first. */
  readonly acrOrder: readonly string[]
}

type Member = 'text' | 'texts' | 'number' | 'flag' | 'rules'

/** The members of a rule in the manifest besides `kind`; `?` marks one that may be missing. */
export type Form<InManifest> = {
  readonly [Name in Exclude<keyof InManifest, 'kind'>]-?: object extends Pick<InManifest, Name>
    ? `${Member}?`
    : Member
}

/**
 * Everything that one kind of rule means to the guard. Functions that take `parts` get what the same function returned
 * for each rule inside, so that only the registry recurses.
 */
export interface RuleKind<Rule, InManifest> {
  /** What the rule consists of; anything else is refused. */
  readonly members: Names<Rule>
  /** @throws ConfigurationError for a rule that lacks what it is about */
  validate(rule: Rule): void
  /** The rules inside, where there are any. */
  parts?(rule: Rule | InManifest): readonly unknown[]
  /** The role or permission that the rule names. */
  names?(rule: Rule): { readonly what: 'role' | 'permission'; readonly name: string }
  /** The parameter whose owner the rule is about. */
  owns?(rule: Rule | InManifest): string

  /** What trying the rule costs: nothing for reading claims, more for looking something up. */
  cost?(rule: Rule, context: RuleContext): number
  /** Whether a token's claims alone decide (as long as no `authority` is asked): then they decide the same each time. */
  readonly byClaims?: boolean
  /** Whether signing in again can help: such routes refuse everybody while revocation cannot be checked. */
  readonly stepsUp?: boolean
  /** Whether every signed-in user passes, at most after signing in again. */
  readonly admitsAnyone?: boolean
  /** Whether the rule sees the whole request, so that it may be about any of its parameters. */
  readonly readsRequest?: boolean
  /** Makes the function that tries the rule; called once, at start. The function may throw, which counts as not passed. */
  attempt(rule: Rule, context: RuleContext, parts: readonly Attempt[]): Attempt

  /** The rule as data alone. */
  toManifest(rule: Rule, context: Pick<RuleContext, 'acrOrder'>, parts: readonly InManifest[]): InManifest
  readonly form: Form<InManifest>
  /** The rule as it is written in code. */
  print(rule: InManifest, parts: readonly string[]): string
}

// RFC 6749, section 3.3: anything else could not be a scope value, so no token would ever carry it
export const scopeValue: RegExp = /^[\x21\x23-\x5b\x5d-\x7e]+$/

/** @throws ConfigurationError unless the name is a non-empty string */
export function requireName(rule: string, name: unknown): void {
  if (typeof name !== 'string' || name === '')
    throw new ConfigurationError(`${rule}() needs a name: a non-empty string.`)
}
